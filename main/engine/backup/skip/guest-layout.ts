import { HostkeepError, type ByteRange } from '#contract';
import type { BlockSource } from '#engine/blocks';
import { findVolumeGroups, type MappedVolume } from '../../formats/lvm2/index.ts';
import { listPartitions, nameVolume, openPartition, type VolumeKind } from '../../formats/volumes/index.ts';

/** A stretch of one of the disks. */
export interface DiskRange extends ByteRange {
  /** Position in the list of disks. */
  readonly disk: number;
}

/** A volume of a guest, and the way back from its bytes to those of the disks. */
export interface PlacedVolume {
  /** For messages: `disk 0, partition 2`. */
  readonly name: string;
  readonly kind: VolumeKind;
  readonly source: BlockSource;
  onDisks(range: ByteRange): Iterable<DiskRange>;
}

interface PlacedPartition {
  readonly disk: number;
  readonly offset: number;
  readonly source: BlockSource;
}

/** Every volume on these disks, logical volumes among them. A disk whose table is damaged, and a broken volume, has none. */
export async function placeVolumes(disks: readonly BlockSource[]): Promise<readonly PlacedVolume[]> {
  const volumes: PlacedVolume[] = [];
  const partitions: PlacedPartition[] = [];
  for (const [disk, source] of disks.entries()) {
    for (const partition of await orNothing(() => listPartitions(source))) {
      const { offset, index, type } = partition;
      const part = openPartition(source, partition);
      const kind = await nameVolume(part, type);
      partitions.push({ disk, offset, source: part });
      const onDisks = ({ offset: at, length }: ByteRange) => [{ disk, offset: offset + at, length }];
      volumes.push({ name: `disk ${disk}, partition ${index}`, kind, source: part, onDisks });
    }
  }
  return [...volumes, ...(await logicalVolumes(partitions))];
}

async function logicalVolumes(partitions: readonly PlacedPartition[]): Promise<readonly PlacedVolume[]> {
  const volumes: PlacedVolume[] = [];
  const { groups } = await findVolumeGroups(partitions.map(({ source }) => source));
  for (const group of groups) {
    for (const logical of group.volumes) {
      for (const source of await orNothing(async () => [logical.open()])) {
        const kind = await nameVolume(source);
        const onDisks = (range: ByteRange): Iterable<DiskRange> => locate(source, partitions, range);
        volumes.push({ name: `${group.name}/${logical.name}`, kind, source, onDisks });
      }
    }
  }
  return volumes;
}

function* locate(volume: MappedVolume, partitions: readonly PlacedPartition[], range: ByteRange): Iterable<DiskRange> {
  for (const piece of volume.locate(range.offset, range.length)) {
    const partition = partitions.find(({ source }) => source === piece.source);
    if (partition === undefined) continue;
    yield { disk: partition.disk, offset: partition.offset + piece.position, length: piece.length };
  }
}

/** What cannot be understood is backed up whole. */
async function orNothing<Item>(list: () => Promise<readonly Item[]>): Promise<readonly Item[]> {
  try {
    return await list();
  } catch (error) {
    if (error instanceof HostkeepError && error.code.startsWith('format/')) return [];
    throw error;
  }
}
