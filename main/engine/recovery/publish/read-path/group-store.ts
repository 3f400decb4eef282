import { HostkeepError } from '#contract';
import type { ChunkNamer } from '#engine/repository';
import { groupSlots, slotOf, type GroupContent } from './group-slots.ts';
import type { WantedChunk, WantedGroup } from './leaf-table.ts';
import { isProved, type GroupReader, type OpenedGroup } from './open-group.ts';

/** Opened groups: those that were used last, and those that are on their way. Shared by the disks of a publication. */
export interface GroupStore {
  /** How many groups it holds at most. */
  readonly count: number;
  /** At once, where it is in memory. */
  find(group: WantedGroup): GroupContent | undefined;
  /**
   * Runs `use` the moment the group is there; the content may be gone a moment later.
   * @throws HostkeepError repository/chunk-damaged, storage/*
   */
  demand(group: WantedGroup, use: (content: GroupContent) => void): Promise<void>;
  /** Fetches it once nothing urgent is waiting; resolves when it was tried. A failure shows when it is demanded. */
  fetchAhead(group: WantedGroup): Promise<void>;
  close(): Promise<void>;
}

interface Options {
  readonly cacheBytes: number;
  /** Made once the memory that it fills is there. */
  readonly reader: (memory: SharedArrayBuffer) => { readonly read: GroupReader; readonly close: () => Promise<void> };
  /** Groups that are read at once. Ahead are only half as many, so that what is demanded does not stand behind them. */
  readonly atOnce: number;
}

interface Fetch {
  readonly group: WantedGroup;
  readonly waiting: { readonly use: (content: GroupContent) => void; readonly reject: (error: unknown) => void }[];
  readonly done: PromiseWithResolvers<void>;
  urgent: boolean;
  begun: boolean;
}

/** Groups that may wait to be fetched ahead: of more the newest are not fetched. */
const aheadLimit = 512;

export function groupStore(options: Options): GroupStore {
  const slots = groupSlots(options.cacheBytes);
  const reader = options.reader(slots.memory);
  const fetches = new Map<string, Fetch>();
  const urgent: Fetch[] = [];
  const ahead: Fetch[] = [];
  let running = 0;
  let closed = false;

  const next = (queue: Fetch[]): Fetch | undefined => {
    for (let fetch = queue.shift(); fetch !== undefined; fetch = queue.shift()) if (!fetch.begun) return fetch;
    return undefined;
  };
  const pump = (): void => {
    while (running < options.atOnce && !closed) {
      const fetch = next(urgent) ?? (running < options.atOnce / 2 ? next(ahead) : undefined);
      if (fetch === undefined) return;
      // More slots than are ever filled at once: there is always one.
      const slot = slots.take()!;
      fetch.begun = true;
      running += 1;
      const { place, chunks } = fetch.group;
      reader
        .read({ place, chunks, slot })
        .then(
          (opened) => arrived(fetch, slot, opened),
          (error: unknown) => {
            slots.giveBack(slot);
            settle(fetch, (waiting) => waiting.reject(error));
          },
        )
        .finally(() => {
          running -= 1;
          pump();
        })
        .catch(() => undefined);
    }
  };
  const arrived = (fetch: Fetch, slot: number, { length, proved, large }: OpenedGroup): void => {
    const bytes =
      large === undefined ? slotOf(slots.memory, slot).subarray(0, length) : Buffer.from(large.buffer, large.byteOffset, length);
    const content: GroupContent = { bytes, proved: new Map(proved.map((chunk) => [chunk.offset, chunk.key])) };
    if (large === undefined) slots.fill(slot, fetch.group.name, content);
    else slots.giveBack(slot);
    settle(fetch, (waiting) => waiting.use(content));
  };
  const settle = (fetch: Fetch, tell: (waiting: Fetch['waiting'][number]) => void): void => {
    fetches.delete(fetch.group.name);
    for (const waiting of fetch.waiting) tell(waiting);
    fetch.done.resolve();
  };
  const begin = (group: WantedGroup, isUrgent: boolean): Fetch => {
    const known = fetches.get(group.name);
    const fetch = known ?? { group, waiting: [], done: Promise.withResolvers<void>(), urgent: false, begun: false };
    fetches.set(group.name, fetch);
    if (isUrgent && !fetch.urgent) {
      fetch.urgent = true;
      if (!fetch.begun) urgent.push(fetch);
    } else if (known === undefined) ahead.push(fetch);
    return fetch;
  };

  return {
    count: slots.count,
    find: (group) => slots.find(group.name),
    demand(group, use) {
      if (closed) return Promise.reject(new HostkeepError('input/cancelled'));
      return new Promise((resolve, reject) => {
        begin(group, true).waiting.push({
          use(content) {
            try {
              resolve(use(content));
            } catch (error) {
              reject(error);
            }
          },
          reject,
        });
        pump();
      });
    },
    async fetchAhead(group) {
      if (closed || slots.has(group.name) || (ahead.length >= aheadLimit && !fetches.has(group.name))) return;
      const { done } = begin(group, false);
      pump();
      await done.promise;
    },
    async close() {
      closed = true;
      await reader.close();
      for (const fetch of fetches.values()) settle(fetch, ({ reject }) => reject(new HostkeepError('input/cancelled')));
    },
  };
}

/** Proves, once, that the bytes of a chunk are what its id names. @throws HostkeepError repository/chunk-damaged */
export function prove(namer: ChunkNamer, { bytes, proved }: GroupContent, chunk: WantedChunk, packId: string): void {
  if (proved.get(chunk.offset) === chunk.key) return;
  // Hashing takes no shared memory: a copy it is.
  const copied = Buffer.from(bytes.subarray(chunk.offset, chunk.offset + chunk.length));
  if (!isProved(namer, copied, { ...chunk, offset: 0 }))
    throw new HostkeepError('repository/chunk-damaged', {
      chunk: Buffer.from(chunk.key, 'latin1').toString('hex'),
      pack: packId,
    });
  proved.set(chunk.offset, chunk.key);
}
