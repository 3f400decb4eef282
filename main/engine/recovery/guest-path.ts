import { HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import type { FileNode, FileSystem } from '../formats/file-system.ts';
import { listPartitions, openFileSystem, openPartition, type Partition } from '../formats/volumes/index.ts';

/** `/disk0/part2/Users/x` taken apart; `partition` and `names` are missing from the right. */
export interface GuestPath {
  readonly disk: number | undefined;
  readonly partition: number | undefined;
  readonly names: readonly string[];
}

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

/** @throws HostkeepError recovery/path-not-found */
export function parseGuestPath(path: string): GuestPath {
  const [disk, partition, ...names] = path.split('/').filter((name) => name !== '');
  const diskNumber = numberAfter('disk', disk);
  const partitionNumber = numberAfter('part', partition);
  if ((disk !== undefined && diskNumber === undefined) || (partition !== undefined && partitionNumber === undefined)) {
    throw new HostkeepError('recovery/path-not-found', { path, expected: '/disk0/part1/...' });
  }
  return { disk: diskNumber, partition: partitionNumber, names };
}

function numberAfter(word: string, text: string | undefined): number | undefined {
  const digits = text !== undefined && text.startsWith(word) ? text.slice(word.length) : '';
  return /^\d{1,4}$/.test(digits) ? Number(digits) : undefined;
}

/** One file system per partition, opened once. */
export interface GuestVolumes {
  partitions(disk: number): Promise<readonly Partition[]>;
  fileSystem(disk: number, partition: number): Promise<FileSystem>;
  /** @throws HostkeepError recovery/path-not-found */
  find(path: GuestPath): Promise<GuestFile>;
}

export function guestVolumes(disks: GuestDisks): GuestVolumes {
  const opened = new Map<string, Promise<FileSystem>>();
  const partitions = async (disk: number): Promise<readonly Partition[]> => {
    if (!disks.indexes.includes(disk)) throw new HostkeepError('recovery/path-not-found', { path: `/disk${disk}` });
    return listPartitions(await disks.open(disk));
  };
  const open = async (disk: number, index: number): Promise<FileSystem> => {
    const partition = (await partitions(disk)).find((candidate) => candidate.index === index);
    if (partition === undefined) throw new HostkeepError('recovery/path-not-found', { path: `/disk${disk}/part${index}` });
    return openFileSystem(openPartition(await disks.open(disk), partition));
  };
  const fileSystem = (disk: number, partition: number): Promise<FileSystem> => {
    const key = `${disk}/${partition}`;
    const known = opened.get(key) ?? open(disk, partition);
    opened.set(key, known);
    return known;
  };
  return {
    partitions,
    fileSystem,
    async find(path) {
      if (path.disk === undefined || path.partition === undefined)
        throw new HostkeepError('recovery/not-a-file', { path: textOf(path) });
      const system = await fileSystem(path.disk, path.partition);
      let node = await system.root();
      for (const name of path.names) {
        const next = node.type === 'folder' ? await system.child(node, name) : undefined;
        if (next === undefined) throw new HostkeepError('recovery/path-not-found', { path: textOf(path) });
        node = next;
      }
      return { fileSystem: system, node };
    },
  };
}

export function textOf(path: GuestPath): string {
  return `/disk${path.disk ?? ''}/part${path.partition ?? ''}/${path.names.join('/')}`;
}
