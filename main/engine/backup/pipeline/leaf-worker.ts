import type { BlockSource } from '#engine/blocks';
import type { Random } from '#engine/ports';
import type { Storage } from '#engine/storage';
import {
  blockBytes,
  blocksOfLeaf,
  chunker,
  chunkIdBytes,
  chunkNamer,
  chunkReader,
  chunkTable,
  leafBlocks,
  leafBytes,
  locator,
  packWriter,
  readLeaf,
  sliceEntries,
  unallocatedId,
  writeLeaf,
  zeroId,
  type ChunkReader,
  type FinishedPack,
  type MapEntry,
  type SegmentSummary,
} from '#engine/repository';
import { alignedBuffer } from '#engine/bytes';
import { buildLeaf, type LeafTools } from './leaf-builder.ts';
import { planLeaf } from './leaf-regions.ts';
import { sharedState } from '#engine/threads';
import { rangesWithin, taskAt, type DiskTask } from './task.ts';

/** Everything one worker needs; plain data but for the storage and the sources, which each thread opens for itself. */
export interface WorkerInput {
  readonly masterKey: Uint8Array;
  readonly disks: readonly DiskTask[];
  readonly segments: readonly SegmentSummary[];
  readonly stateMemory: SharedArrayBuffer;
  readonly tableMemory: SharedArrayBuffer;
}

interface Environment {
  readonly storage: Storage;
  readonly random: Random;
  readonly openSource: (disk: DiskTask) => Promise<BlockSource>;
}

/** Works through leaves until there are no more below `end`. */
export interface LeafWorker {
  run(end: number): Promise<readonly FinishedPack[]>;
  addSegments(segments: readonly SegmentSummary[]): void;
  /** Stores a map node unless it is known; for the coordinator's inner nodes. */
  storeNode(bytes: Buffer): Promise<Buffer>;
  finish(): Promise<readonly FinishedPack[]>;
  close(): Promise<void>;
}

const parentCacheBytes = 24 * 1024 * 1024;

interface Prepared {
  readonly disk: number;
  readonly leaf: number;
  readonly slot: Slot;
  readonly parent: readonly MapEntry[] | undefined;
}

interface Slot {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  readonly states: Uint8Array;
}

export function leafWorker(input: WorkerInput, environment: Environment): LeafWorker {
  const { storage, random } = environment;
  const state = sharedState(input.stateMemory);
  const table = chunkTable(input.tableMemory);
  const namer = chunkNamer(input.masterKey);
  const places = locator({ storage, masterKey: input.masterKey, segments: input.segments, searchPacks: false });
  const chunks = chunkReader({ storage, masterKey: input.masterKey, locator: places, namer, cacheBytes: parentCacheBytes });
  const writer = packWriter({ storage, masterKey: input.masterKey, random });
  const sources = new Map<number, Promise<BlockSource>>();
  const slots = [newSlot(), newSlot()];

  const known = (id: Buffer): boolean | Promise<boolean> => table.has(id) || (places.mayHave(id) && isStored(id));
  const isStored = async (id: Buffer): Promise<boolean> => (await places.locate(id)) !== undefined;

  const toolsFor = (disk: number): LeafTools => ({
    chunker: chunkerOnce,
    namer,
    known,
    async store(id, bytes) {
      if (table.addOrHas(id)) return;
      state.count('newPlain', disk, bytes.length);
      await writer.add('data', id, bytes);
    },
    parentBytes: (parent, from, to) => oldBytes(chunks, parent, from, to),
  });
  const chunkerOnce = chunker(input.masterKey);

  const storeNode = async (bytes: Buffer): Promise<Buffer> => {
    const id = namer('map', bytes);
    if (!(await known(id)) && !table.addOrHas(id)) await writer.add('map', id, bytes);
    return id;
  };

  const sourceOf = (disk: number): Promise<BlockSource> => {
    const opened = sources.get(disk) ?? environment.openSource(input.disks[disk]!);
    sources.set(disk, opened);
    return opened;
  };

  const prepare = async (task: number, slot: Slot): Promise<Prepared | undefined> => {
    const place = taskAt(input.disks, task);
    if (place === undefined) return undefined;
    const disk = input.disks[place.disk]!;
    const source = await sourceOf(place.disk);
    const start = place.leaf * leafBytes;
    const changed = disk.changed === undefined ? undefined : rangesWithin(disk.changed, start, leafBytes);
    const parentId = disk.parentLeafIds?.subarray(place.leaf * chunkIdBytes, (place.leaf + 1) * chunkIdBytes);
    const blocks = blocksOfLeaf(disk.sizeBytes, place.leaf);
    const parent = parentId === undefined ? undefined : await readLeaf(chunks, Buffer.from(parentId), blocks);
    const plan = await planLeaf(source, place.leaf, { changed, skip: rangesWithin(disk.skip, start, leafBytes) }, slot.states);
    state.count('skipped', place.disk, plan.skippedBytes);
    for (const range of plan.read) {
      await source.read(start + range.offset, slot.bytes.subarray(range.offset, range.offset + range.length));
      state.count('read', place.disk, range.length);
    }
    clearTail(slot.bytes, disk.sizeBytes - start);
    return { ...place, slot, parent };
  };

  const build = async (prepared: Prepared): Promise<void> => {
    const disk = input.disks[prepared.disk]!;
    const blocks = blocksOfLeaf(disk.sizeBytes, prepared.leaf);
    const { bytes, words, states } = prepared.slot;
    const entries = await buildLeaf({ blocks, states, bytes, words, parent: prepared.parent }, toolsFor(prepared.disk));
    const id = emptyIdOf(entries) ?? (await storeNode(writeLeaf(entries)));
    disk.leafIds.set(id, prepared.leaf * chunkIdBytes);
    state.count('done', prepared.disk, Math.min(leafBytes, disk.sizeBytes - prepared.leaf * leafBytes));
  };

  return {
    storeNode,
    addSegments: (segments) => places.addSegments(segments),
    async run(end) {
      let turn = 0;
      const startNext = (): Promise<Prepared | undefined> | undefined => {
        const task = state.claim(end);
        turn = 1 - turn;
        const next = task === undefined ? undefined : prepare(task, slots[turn]!);
        // Awaited below; a failure while the other leaf is built must not count as unhandled.
        next?.catch(() => undefined);
        return next;
      };
      for (let next = startNext(); next !== undefined;) {
        const prepared = await next;
        next = startNext();
        if (prepared !== undefined) await build(prepared);
      }
      return writer.finish();
    },
    finish: () => writer.finish(),
    async close() {
      await writer.discard();
      for (const source of sources.values()) await (await source).close();
    },
  };
}

function newSlot(): Slot {
  const bytes = alignedBuffer(leafBytes);
  return { bytes, words: new Uint32Array(bytes.buffer, bytes.byteOffset, leafBytes / 4), states: new Uint8Array(leafBlocks) };
}

/** The last block of a disk may be cut short by its end; what stands after is zero in the repository. */
function clearTail(bytes: Buffer, used: number): void {
  if (used < leafBytes) bytes.fill(0, used, Math.ceil(used / blockBytes) * blockBytes);
}

function emptyIdOf(entries: readonly MapEntry[]): Buffer | undefined {
  if (entries.length !== 1 || entries[0]!.kind === 'chunk') return undefined;
  return entries[0]!.kind === 'zero' ? zeroId : unallocatedId;
}

/** Blocks as the parent has them; undefined when it has only emptiness there. */
async function oldBytes(
  chunks: ChunkReader,
  parent: readonly MapEntry[],
  fromBlock: number,
  toBlock: number,
): Promise<Buffer | undefined> {
  const entries = sliceEntries(parent, fromBlock, toBlock);
  if (entries.every((entry) => entry.kind !== 'chunk')) return undefined;
  const bytes = Buffer.alloc((toBlock - fromBlock) * blockBytes);
  let at = 0;
  for (const entry of entries) {
    if (entry.kind === 'chunk') {
      const chunk = await chunks.read('data', entry.id);
      chunk.copy(bytes, at, entry.skip * blockBytes, (entry.skip + entry.blocks) * blockBytes);
    }
    at += entry.blocks * blockBytes;
  }
  return bytes;
}
