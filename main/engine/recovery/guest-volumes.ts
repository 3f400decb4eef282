import { HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import { onceEach } from '#engine/bytes';
import type { FileNode, FileSystem } from '../formats/file-system.ts';
import { findEntry } from '../formats/find-entry.ts';
import { findVolumeGroups, type FoundGroups, type MappedVolume } from '../formats/lvm2/index.ts';
import {
  nameVolume,
  openFileSystem,
  openPartition,
  readPartitionTable,
  type Partition,
  type PartitionTable,
  type VolumeKind,
} from '../formats/volumes/index.ts';
import { textOf, textOfPlace, type GuestPath, type VolumePlace } from './guest-path.ts';

/** Disks of a restore point, opened when they are first asked for. */
export interface GuestDisks {
  readonly indexes: readonly number[];
  open(index: number): Promise<BlockSource>;
}

/** A place in a guest: with its file system once the path reaches into one. */
export interface GuestFile {
  readonly fileSystem: FileSystem;
  readonly node: FileNode;
}

/** A volume of a guest, wherever it lies. */
export interface GuestVolume {
  readonly place: VolumePlace;
  /** `/disk0/part2`, `/lvm/group/volume`: the start of paths into it. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly name: string;
  readonly kind: VolumeKind;
}

/** A stretch of a volume that lies in one piece on a disk of the point. */
export interface VolumePiece {
  /** From the start of the volume. */
  readonly volumeOffset: number;
  readonly disk: number;
  readonly offset: number;
  readonly length: number;
}

/** One file system per volume, opened once. */
export interface GuestVolumes {
  table(disk: number): Promise<PartitionTable>;
  partitions(disk: number): Promise<readonly Partition[]>;
  /** The LVM volume groups on all the disks together. */
  groups(): Promise<FoundGroups>;
  /** Every volume of every disk, logical volumes last. A disk whose table is damaged has none. */
  all(): Promise<readonly GuestVolume[]>;
  /** The bytes of a volume. @throws HostkeepError recovery/path-not-found, format/* */
  open(place: VolumePlace): Promise<BlockSource>;
  fileSystem(place: VolumePlace): Promise<FileSystem>;
  /** Where the volume lies on the disks, in its own order. @throws HostkeepError format/lvm-* where that cannot be told, or is too much to tell */
  pieces(place: VolumePlace): Promise<readonly VolumePiece[]>;
  /** @throws HostkeepError recovery/path-not-found */
  find(path: GuestPath): Promise<GuestFile>;
}

export function guestVolumes(disks: GuestDisks): GuestVolumes {
  const systems = onceEach<string, FileSystem>();
  const tables = onceEach<number, PartitionTable>();
  const found = onceEach<'groups', SearchedGroups>();

  const readTable = async (disk: number): Promise<PartitionTable> => {
    if (!disks.indexes.includes(disk)) throw new HostkeepError('recovery/path-not-found', { path: `/disk${disk}` });
    return readPartitionTable(await disks.open(disk));
  };
  const table = (disk: number): Promise<PartitionTable> => tables(disk, () => readTable(disk));
  const partitions = async (disk: number): Promise<readonly Partition[]> => (await table(disk)).partitions;
  const partitionAt = async (disk: number, index: number): Promise<Partition> => {
    const partition = (await partitions(disk)).find((candidate) => candidate.index === index);
    if (partition === undefined) throw new HostkeepError('recovery/path-not-found', { path: `/disk${disk}/part${index}` });
    return partition;
  };
  const searched = (): Promise<SearchedGroups> => found('groups', () => searchGroups(disks, partitions));
  const groups = async (): Promise<FoundGroups> => (await searched()).found;
  const openLogical = async (place: VolumePlace & { kind: 'logical' }): Promise<MappedVolume> => {
    const group = (await groups()).groups.find((candidate) => candidate.name === place.group);
    const volume = group?.volumes.find((candidate) => candidate.name === place.volume);
    if (volume === undefined) throw new HostkeepError('recovery/path-not-found', { path: textOfPlace(place) });
    return volume.open();
  };
  const open = async (place: VolumePlace): Promise<BlockSource> =>
    place.kind === 'logical'
      ? openLogical(place)
      : openPartition(await disks.open(place.disk), await partitionAt(place.disk, place.partition));
  const pieces = async (place: VolumePlace): Promise<readonly VolumePiece[]> => {
    if (place.kind === 'logical') return logicalPieces(await openLogical(place), (await searched()).partitions);
    const { offset, length } = await partitionAt(place.disk, place.partition);
    return [{ volumeOffset: 0, disk: place.disk, offset, length }];
  };
  const openSystem = async (place: VolumePlace): Promise<FileSystem> => {
    const type = place.kind === 'partition' ? (await partitionAt(place.disk, place.partition)).type : '';
    return openFileSystem(await open(place), type);
  };
  const fileSystem = (place: VolumePlace): Promise<FileSystem> => systems(textOfPlace(place), () => openSystem(place));
  return {
    table,
    partitions,
    groups,
    open,
    fileSystem,
    pieces,
    all: () => everyVolume(disks, { partitions, groups, open }),
    async find(path) {
      if (path.place === undefined) throw new HostkeepError('recovery/not-in-a-volume', { path: textOf(path) });
      const system = await fileSystem(path.place);
      const node = await findEntry(system, path.names);
      if (node === undefined) throw new HostkeepError('recovery/path-not-found', { path: textOf(path) });
      return { fileSystem: system, node };
    },
  };
}

type Listing = Pick<GuestVolumes, 'partitions' | 'groups' | 'open'>;

/** Physical volumes may be partitions of any disk, or whole disks. */
async function searchGroups(disks: GuestDisks, partitions: Listing['partitions']): Promise<SearchedGroups> {
  const placed: PlacedPartition[] = [];
  for (const disk of disks.indexes) {
    const source = await disks.open(disk);
    for (const partition of await whereSound(() => partitions(disk)))
      placed.push({ disk, offset: partition.offset, source: openPartition(source, partition) });
  }
  return { found: await findVolumeGroups(placed.map(({ source }) => source)), partitions: placed };
}

interface SearchedGroups {
  readonly found: FoundGroups;
  readonly partitions: readonly PlacedPartition[];
}

interface PlacedPartition {
  readonly disk: number;
  readonly offset: number;
  readonly source: BlockSource;
}

function logicalPieces(volume: MappedVolume, partitions: readonly PlacedPartition[]): readonly VolumePiece[] {
  const found: VolumePiece[] = [];
  let volumeOffset = 0;
  for (const { source, position, length } of volume.locate(0, volume.sizeBytes)) {
    const partition = partitions.find((candidate) => candidate.source === source);
    if (partition !== undefined) found.push({ volumeOffset, disk: partition.disk, offset: partition.offset + position, length });
    volumeOffset += length;
  }
  return found;
}

async function everyVolume(disks: GuestDisks, listing: Listing): Promise<readonly GuestVolume[]> {
  const volumes: GuestVolume[] = [];
  for (const disk of disks.indexes) {
    for (const { index, length, name, type } of await whereSound(() => listing.partitions(disk))) {
      const place = { kind: 'partition', disk, partition: index } as const;
      const kind = await nameVolume(await listing.open(place), type);
      volumes.push({ place, path: textOfPlace(place), sizeBytes: length, name, kind });
    }
  }
  for (const group of (await listing.groups()).groups) {
    for (const { name, sizeBytes } of group.volumes) {
      const place = { kind: 'logical', group: group.name, volume: name } as const;
      const kind = await kindOf(() => listing.open(place));
      volumes.push({ place, path: textOfPlace(place), sizeBytes, name, kind });
    }
  }
  return volumes;
}

/** A damaged table is told when its disk is asked for; the other disks are as good as before. */
async function whereSound(list: () => Promise<readonly Partition[]>): Promise<readonly Partition[]> {
  try {
    return await list();
  } catch (error) {
    if (error instanceof HostkeepError && error.code.startsWith('format/')) return [];
    throw error;
  }
}

/** A logical volume that cannot be put together is there all the same; opening it says what is wrong. */
async function kindOf(open: () => Promise<BlockSource>): Promise<VolumeKind> {
  try {
    return await nameVolume(await open());
  } catch (error) {
    if (error instanceof HostkeepError && error.code.startsWith('format/')) return 'unknown';
    throw error;
  }
}
