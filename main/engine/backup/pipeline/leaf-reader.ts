import type { BlockSource } from '#engine/blocks';
import {
  blockBytes,
  blocksOfLeaf,
  chunkIdBytes,
  leafBlocks,
  leafBytes,
  readLeaf,
  type BlockMemories,
  type BlockMemory,
  type ChunkReader,
  type FingerprintReader,
  type MapEntry,
} from '#engine/repository/chunks';
import type { SharedState } from '#engine/threads';
import { blockState } from './leaf-builder.ts';
import { planLeaf } from './leaf-regions.ts';
import { rangesWithin, taskAt, type DiskTask } from './task.ts';
import { keepUnchanged } from './unchanged-blocks.ts';

/** Memory for one leaf, used again for others. */
export interface LeafSlot extends BlockMemory {
  readonly states: Uint8Array;
}

export function newSlot(memories: BlockMemories): LeafSlot {
  return { ...memories(leafBytes), states: new Uint8Array(leafBlocks) };
}

/** A leaf read from its disk, with what is unchanged told apart. */
export interface PreparedLeaf {
  readonly disk: number;
  readonly leaf: number;
  readonly slot: LeafSlot;
  /** The leaf of the restore point before, where there is one. */
  readonly parent: readonly MapEntry[] | undefined;
}

interface Reading {
  readonly disks: readonly DiskTask[];
  readonly state: SharedState;
  readonly chunks: ChunkReader;
  readonly fingerprints: FingerprintReader;
  readonly openSource: (disk: DiskTask) => Promise<BlockSource>;
}

export interface LeafReader {
  read(task: number, slot: LeafSlot): Promise<PreparedLeaf | undefined>;
  close(): Promise<void>;
}

export function leafReader(reading: Reading): LeafReader {
  const { disks, state, chunks, fingerprints } = reading;
  const sources = new Map<number, Promise<BlockSource>>();
  const sourceOf = (disk: number): Promise<BlockSource> => {
    const opened = sources.get(disk) ?? reading.openSource(disks[disk]!);
    sources.set(disk, opened);
    return opened;
  };
  const parentOf = async (disk: DiskTask, leaf: number): Promise<readonly MapEntry[] | undefined> => {
    const id = disk.parentLeafIds?.subarray(leaf * chunkIdBytes, (leaf + 1) * chunkIdBytes);
    return id === undefined ? undefined : readLeaf(chunks, Buffer.from(id), blocksOfLeaf(disk.sizeBytes, leaf));
  };

  return {
    async read(task, slot) {
      const place = taskAt(disks, task);
      if (place === undefined) return undefined;
      const { leaf } = place;
      const disk = disks[place.disk]!;
      const { states, bytes } = slot;
      const source = await sourceOf(place.disk);
      const start = leaf * leafBytes;
      const changed = disk.changed === undefined ? undefined : rangesWithin(disk.changed, start, leafBytes);
      const plan = await planLeaf(source, leaf, { changed, skip: rangesWithin(disk.skip, start, leafBytes) }, states);
      const readAll = Promise.all(
        plan.read.map((range) => source.read(start + range.offset, bytes.subarray(range.offset, range.offset + range.length))),
      );
      readAll.catch(() => undefined); // awaited below; what is known of the parent is fetched meanwhile
      const parent = await parentOf(disk, leaf);
      const wanted = (from: number, to: number): boolean => {
        const at = states.indexOf(blockState.read, from);
        return at !== -1 && at < to;
      };
      const known = parent && (await fingerprints.ofLeaf(parent, blocksOfLeaf(disk.sizeBytes, leaf), wanted));
      await readAll;
      state.count('skipped', place.disk, plan.skippedBytes);
      for (const range of plan.read) state.count('read', place.disk, range.length);
      clearTail(bytes, disk.sizeBytes - start);
      if (known !== undefined) keepUnchanged(slot, states, known);
      return { ...place, slot, parent };
    },
    async close() {
      for (const source of sources.values()) await (await source).close();
    },
  };
}

/** The last block of a disk may be cut short by its end; what stands after is zero in the repository. */
function clearTail(bytes: Buffer, used: number): void {
  if (used < leafBytes) bytes.fill(0, used, Math.ceil(used / blockBytes) * blockBytes);
}
