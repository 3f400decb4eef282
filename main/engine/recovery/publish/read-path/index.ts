/**
 * The disks of a restore point for a guest that runs on them: opened groups are kept in memory, opened by threads, fetched ahead of reads
 * in a row and of a boot that was seen before. Memory is bounded by what it is told; what it gives is proved as everywhere.
 */
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import type { RestorePoint } from '#contract';
import type { BlockSource } from '#engine/blocks';
import { diskOf, type Repository } from '#engine/repository';
import { jobThreads } from '#engine/threads';
import { bootOrder, replayOrder } from './boot-order.ts';
import { bootOrderFile, type BootOrderFile } from './boot-order-file.ts';
import { cachedDisk } from './cached-disk.ts';
import { groupStore, type GroupStore } from './group-store.ts';
import { keepOrder } from './keep-order.ts';
import { groupReader, type GroupJob, type OpenedGroup } from './open-group.ts';
import type { GroupThreadData } from './serve-groups.ts';

export interface ReadPathOptions {
  readonly repository: Repository;
  readonly point: RestorePoint;
  readonly disks: readonly number[];
  /** Of opened groups, of all disks together. */
  readonly cacheBytes: number;
  /** Where boot orders are kept; null keeps none. */
  readonly bootOrders: string | null;
  readonly onFault: (error: unknown) => void;
}

export interface ReadPath {
  /** @throws HostkeepError repository/*, storage/* */
  open(index: number): Promise<BlockSource>;
  /** After all disks are closed. What is left of the boot orders is written down. */
  close(): Promise<void>;
}

const mostThreads = 4;
/** Groups that a thread may have to do, a few a job: while some are read others are opened, and it has work when this thread comes late with more. */
const groupsPerThread = 16;
/** As in a restore: what is thrown away is mostly buffers, for each of which V8 would mark its heap too often. */
const heapGrowing = '--heap-growing-percent=300';

export function readPath(options: ReadPathOptions): ReadPath {
  const { repository, disks } = options;
  const store = storeOf(options);
  const keepers: { close(): Promise<void> }[] = [];
  return {
    async open(index) {
      const record = diskOf(options.point, index);
      if (options.bootOrders === null) return cachedDisk({ repository, store, order: null }, record);
      const file = bootOrderFile(options.bootOrders, options, index);
      const before = await readOrder(file, options);
      const order = bootOrder(before, repository.clock);
      const disk = await cachedDisk({ repository, store, order }, record);
      const window = Math.floor(store.count / 2 / disks.length);
      replayOrder(
        before.filter((offset) => offset < record.sizeBytes),
        order,
        { window, fetch: (offset) => disk.fetchAhead(offset, 1) },
      );
      keepers.push(keepOrder(order, file, options.onFault));
      return disk;
    },
    async close() {
      for (const keeper of keepers) await keeper.close();
      await store.close();
    },
  };
}

function storeOf({ repository, cacheBytes }: ReadPathOptions): GroupStore {
  const { storage, masterKey } = repository;
  const { descriptor } = storage;
  if (descriptor === undefined)
    return groupStore({
      cacheBytes,
      atOnce: groupsPerThread,
      reader: { read: groupReader({ storage, masterKey }), close: async () => undefined },
    });
  setFlagsFromString(heapGrowing);
  const threads = Math.min(mostThreads, availableParallelism());
  const data: GroupThreadData = { storageDescriptor: descriptor, masterKey };
  const pool = jobThreads<readonly GroupJob[], readonly OpenedGroup[]>(
    new URL('./open-group-thread.js', import.meta.url),
    threads,
    data,
  );
  return groupStore({ cacheBytes, atOnce: threads * groupsPerThread, reader: { read: pool.run, close: pool.terminate } });
}

/** A hint that cannot be read is told, and missed by nobody. */
async function readOrder(file: BootOrderFile, { onFault }: ReadPathOptions): Promise<readonly number[]> {
  try {
    return await file.read();
  } catch (error) {
    onFault(error);
    return [];
  }
}
