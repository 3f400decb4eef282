import { throttled, type BlockSource } from '#engine/blocks';
import type { Random } from '#engine/ports';
import type { Storage } from '#engine/storage';
import {
  blockMemories,
  blocksOfLeaf,
  chunker,
  chunkIdBytes,
  chunkNamer,
  chunkReader,
  chunkTable,
  fingerprintReader,
  leafBytes,
  leavesPerClaim,
  locator,
  packWriter,
  unallocatedId,
  writeLeaf,
  zeroId,
  type DamagedPack,
  type FinishedPack,
  type MapEntry,
  type SegmentSummary,
} from '#engine/repository/chunks';
import { claimedTasks, readAhead, sharedState } from '#engine/threads';
import { readPace, systemLoadClock } from '../load/read-load.ts';
import { buildLeaf, type LeafTools } from './leaf-builder.ts';
import { leafReader, newSlot, type PreparedLeaf } from './leaf-reader.ts';
import type { DiskTask } from './task.ts';

/** Everything one worker needs; plain data but for the storage and the sources, which each thread opens for itself. */
export interface WorkerInput {
  readonly masterKey: Uint8Array;
  readonly disks: readonly DiskTask[];
  readonly segments: readonly SegmentSummary[];
  /** What is stored there counts as not stored. */
  readonly damaged: readonly DamagedPack[];
  readonly stateMemory: SharedArrayBuffer;
  readonly tableMemory: SharedArrayBuffer;
  /** The run's limits and what its reads cost, shared with the run's other VMs. */
  readonly loadMemory: SharedArrayBuffer;
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

/** Map leaves of the restore point before; their groups are small. */
const parentCacheBytes = 4 * 1024 * 1024;
/** Leaves in memory: one is worked on, the others are being read. */
const slotsPerWorker = 3;

export function leafWorker(input: WorkerInput, environment: Environment): LeafWorker {
  const { storage, random } = environment;
  const { masterKey, disks } = input;
  const state = sharedState(input.stateMemory);
  const table = chunkTable(input.tableMemory);
  const namer = chunkNamer(masterKey);
  const places = locator({ storage, masterKey, segments: input.segments, damaged: input.damaged, forReading: false });
  const chunks = chunkReader({ storage, masterKey, locator: places, namer, cacheBytes: parentCacheBytes });
  const fingerprints = fingerprintReader({ storage, masterKey, locator: places });
  const writer = packWriter({ storage, masterKey, random });
  const pace = readPace(input.loadMemory, systemLoadClock, state.stopped);
  const openSource = async (disk: DiskTask): Promise<BlockSource> => throttled(await environment.openSource(disk), pace);
  const reader = leafReader({ disks, state, chunks, fingerprints, openSource });
  const cut = chunker(masterKey);

  const known = (id: Buffer): boolean | Promise<boolean> => table.has(id) || (places.mayHave(id) && isStored(id));
  const isStored = async (id: Buffer): Promise<boolean> => (await places.locate(id)) !== undefined;

  const toolsFor = (disk: number): LeafTools => ({
    chunker: cut,
    namer,
    known,
    async store(id, bytes) {
      if (table.addOrHas(id)) return;
      state.count('newPlain', disk, bytes.length);
      await writer.add('data', id, bytes);
    },
  });

  const storeNode = async (bytes: Buffer): Promise<Buffer> => {
    const id = namer('map', bytes);
    if (!(await known(id)) && !table.addOrHas(id)) await writer.add('map', id, bytes);
    return id;
  };

  const build = async (prepared: PreparedLeaf): Promise<void> => {
    const { leaf, slot, parent } = prepared;
    const disk = disks[prepared.disk]!;
    const blocks = blocksOfLeaf(disk.sizeBytes, leaf);
    const entries = await buildLeaf({ ...slot, blocks, parent }, toolsFor(prepared.disk));
    const id = emptyIdOf(entries) ?? (await storeNode(writeLeaf(entries)));
    disk.leafIds.set(id, leaf * chunkIdBytes);
    state.count('done', prepared.disk, Math.min(leafBytes, disk.sizeBytes - leaf * leafBytes));
  };

  const newSlots = lazily(() => {
    const memories = blockMemories(masterKey);
    return Array.from({ length: slotsPerWorker }, () => newSlot(memories));
  });

  return {
    storeNode,
    addSegments: (segments) => places.addSegments(segments),
    async run(end) {
      for await (const prepared of readAhead(claimedTasks(state, end, leavesPerClaim), newSlots(), (task, slot) =>
        reader.read(task, slot),
      )) {
        if (prepared !== undefined) await build(prepared);
      }
      return writer.finish();
    },
    finish: () => writer.finish(),
    async close() {
      await writer.discard();
      await reader.close();
    },
  };
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

function emptyIdOf(entries: readonly MapEntry[]): Buffer | undefined {
  if (entries.length !== 1 || entries[0]!.kind === 'chunk') return undefined;
  return entries[0]!.kind === 'zero' ? zeroId : unallocatedId;
}
