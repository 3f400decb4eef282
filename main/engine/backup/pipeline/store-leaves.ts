import { HostkeepError, type OnProgress } from '#contract';
import {
  chunkTable,
  chunkTableMemory,
  contentOfPacks,
  leafBytes,
  listDamage,
  loadIndex,
  readSegmentSummary,
  writeSegment,
  writeTree,
  type FinishedPack,
  type Repository,
  type SegmentSummary,
} from '#engine/repository';
import { openDisk } from '../../formats/open-disk.ts';
import { readLoad, type ReadLoad } from '../load/read-load.ts';
import { leafWorker, type LeafWorker, type WorkerInput } from './leaf-worker.ts';
import { reportEvery } from '#engine/threads';
import type { SharedState } from '#engine/threads';
import type { DiskTask } from './task.ts';
import { leafThreads, type LeafThreads } from './leaf-threads.ts';

export interface BackupOptions {
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Worker threads; chosen by the amount of work when left out. 0 works in the calling thread. */
  readonly threads?: number;
  /** Threads to use instead of starting own ones. */
  readonly lent?: LeafThreads | undefined;
  /** The load that this work is part of; one without limits when left out. */
  readonly load?: ReadLoad;
}

interface Work {
  readonly disks: readonly DiskTask[];
  readonly state: SharedState;
}

export interface StoredLeaves {
  /** Root of each disk's map, in hex. */
  readonly maps: readonly string[];
  readonly newBytes: number;
}

/** Leaves after which the index is published: bounds memory, and what a crash can undo, to 32 GiB of disk. */
const batchLeaves = 8192;
/** Below this much work, starting threads costs more than it gains. */
const inlineLeaves = 12;
/** Slots of the table of new chunks: per leaf, and at least and at most in all (64 MiB). */
const tableSlots = { perLeaf: 512, least: 64 * 1024, most: 4 * 1024 * 1024 };

/** Works through all leaves and publishes packs, then index. */
export async function storeLeaves(repository: Repository, work: Work, options: BackupOptions): Promise<StoredLeaves> {
  const { disks, state } = work;
  const taskCount = disks.reduce((sum, disk) => sum + disk.leaves.length, 0);
  const tableMemory = chunkTableMemory(Math.min(tableSlots.most, Math.max(tableSlots.least, taskCount * tableSlots.perLeaf)));
  const segments = await loadIndex(repository.storage, repository.masterKey, { withFilter: true });
  const { memory: loadMemory } = options.load ?? readLoad();
  const stateMemory = state.memory;
  const damaged = await listDamage(repository.storage);
  const input: WorkerInput = { masterKey: repository.masterKey, disks, segments, damaged, stateMemory, tableMemory, loadMemory };
  const own = leafWorker(input, {
    storage: repository.storage,
    random: repository.random,
    openSource: (disk) => openDisk(disk.source),
  });
  const workers = workersFor(repository, input, { own, taskCount, stop: state.stop, options });
  const watch = watched(work, options);
  const indexer = indexPublisher(repository);
  try {
    let fresh: readonly SegmentSummary[] = [];
    for (let end = Math.min(batchLeaves, taskCount); ; end = Math.min(end + batchLeaves, taskCount)) {
      const packs = await workers.run(end, fresh);
      if (options.signal.aborted) throw new HostkeepError('input/cancelled');
      if (end === taskCount) return await closeMaps(own, disks, { indexer, packs });
      fresh = await indexer.publish(packs);
      chunkTable(tableMemory).relieve();
    }
  } finally {
    watch.stop();
    state.stop();
    await workers.close();
    await own.close();
    repository.refresh();
  }
}

/** Runs batches of leaves: on threads, or in this one where there is little to do or the storage cannot be opened twice. */
interface Workers {
  run(end: number, segments: readonly SegmentSummary[]): Promise<readonly FinishedPack[]>;
  close(): Promise<void>;
}

interface Staffing {
  readonly own: LeafWorker;
  readonly taskCount: number;
  readonly stop: () => void;
  readonly options: BackupOptions;
}

function workersFor(repository: Repository, input: WorkerInput, staffing: Staffing): Workers {
  const { descriptor } = repository.storage;
  const { own, taskCount, stop, options } = staffing;
  const inline = options.threads === undefined ? taskCount <= inlineLeaves : options.threads === 0;
  if (descriptor === undefined || inline)
    return { run: (end, segments) => (own.addSegments(segments), own.run(end)), close: async () => undefined };
  const lent = options.threads === undefined ? options.lent : undefined;
  const crew = lent ?? leafThreads(options.threads === undefined ? {} : { threads: options.threads });
  const pool = crew.take();
  const begun = pool.ask({ kind: 'begin', data: { ...input, storageDescriptor: descriptor } }, stop);
  begun.catch(() => undefined); // awaited with the first leaves
  return {
    async run(end, segments) {
      await begun;
      return (await pool.ask({ kind: 'run', end, segments }, stop)).flat();
    },
    async close() {
      try {
        await pool.ask({ kind: 'close' });
      } catch (error) {
        await pool.terminate();
        throw error;
      }
      if (lent === undefined) await pool.terminate();
      else lent.giveBack(pool);
    },
  };
}

/** Progress and cancelling, while the workers run. */
function watched(work: Work, options: BackupOptions): { stop(): void } {
  const { disks, state } = work;
  const totalBytes = disks.reduce((sum, disk) => sum + bytesToDo(disk), 0);
  const report = reportEvery(() => {
    const doneBytes = Math.min(state.total('done'), totalBytes);
    options.onProgress({ phase: 'read', doneBytes, totalBytes, newBytes: state.total('newPlain') });
  });
  options.signal.addEventListener('abort', state.stop, { once: true });
  if (options.signal.aborted) state.stop();
  return {
    stop() {
      report.stop();
      options.signal.removeEventListener('abort', state.stop);
    },
  };
}

/** What the leaves of a disk cover; the last of it may be short. */
function bytesToDo({ leaves, sizeBytes }: DiskTask): number {
  const end = leaves.length === 0 ? 0 : (leaves.at(-1)! + 1) * leafBytes;
  return leaves.length * leafBytes - Math.max(0, end - sizeBytes);
}

interface IndexPublisher {
  publish(packs: readonly FinishedPack[]): Promise<readonly SegmentSummary[]>;
  newBytes(): number;
}

/** Publishes index segments for finished packs, and counts what was added to the storage. */
function indexPublisher(repository: Repository): IndexPublisher {
  let added = 0;
  return {
    newBytes: () => added,
    async publish(packs) {
      if (packs.length === 0) return [];
      const segmentId = await writeSegment(repository, contentOfPacks(packs));
      const { summary, fileBytes } = await readSegmentSummary(repository.storage, repository.masterKey, {
        segmentId,
        withFilter: true,
      });
      added += packs.reduce((sum, pack) => sum + pack.sealedBytes, fileBytes);
      return [summary];
    },
  };
}

/** The inner nodes of all maps, then the last index segment. */
async function closeMaps(
  own: LeafWorker,
  disks: readonly DiskTask[],
  last: { readonly indexer: IndexPublisher; readonly packs: readonly FinishedPack[] },
): Promise<StoredLeaves> {
  const maps: string[] = [];
  for (const disk of disks) maps.push((await writeTree(Buffer.from(disk.leafIds), own.storeNode)).toString('hex'));
  await last.indexer.publish([...last.packs, ...(await own.finish())]);
  return { maps, newBytes: last.indexer.newBytes() };
}
