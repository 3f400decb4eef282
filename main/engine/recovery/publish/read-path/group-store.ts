import { HostkeepError } from '#contract';
import type { ChunkNamer } from '#engine/repository';
import { groupCache, type GroupContent } from './group-cache.ts';
import type { WantedChunk, WantedGroup } from './leaf-table.ts';
import { follows, isProved, type GroupJob, type GroupReader, type OpenedGroup } from './open-group.ts';
import { isIn, proofs } from './proofs.ts';

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
  readonly reader: { readonly read: GroupReader; readonly close: () => Promise<void> };
  /** Groups that are read at once. Ahead are only half as many, so that what is demanded does not stand behind them. */
  readonly atOnce: number;
}

interface Fetch {
  readonly group: WantedGroup;
  readonly waiting: { readonly use: (content: GroupContent) => void; readonly reject: (error: unknown) => void }[];
  readonly done: PromiseWithResolvers<void>;
  urgent: boolean;
  begun: boolean;
  /** One of those that it was read with is damaged. */
  alone: boolean;
}

/** Groups of which is remembered what was proved of them: 4 GiB, in some 10 MiB. */
const provedGroups = 16_384;
/** Groups that are read and opened as one job: a few, so that who waits for the first does not wait long. */
const readTogether = 4;
/** Groups that may wait to be fetched ahead: of more the newest are not fetched. */
const aheadLimit = 512;

export function groupStore(options: Options): GroupStore {
  const { reader, atOnce } = options;
  const cache = groupCache(options.cacheBytes);
  const proved = proofs(provedGroups);
  const fetches = new Map<string, Fetch>();
  const urgent: Fetch[] = [];
  const ahead: Fetch[] = [];
  let running = 0;
  let pumping = false;
  let closed = false;

  /** The next of a queue, with those behind it that lie right behind it in its pack. */
  const next = (queue: Fetch[]): readonly Fetch[] => {
    const found: Fetch[] = [];
    for (let fetch = queue[0]; fetch !== undefined && found.length < readTogether; fetch = queue[0]) {
      const before = found.at(-1);
      if (
        !fetch.begun &&
        before !== undefined &&
        (before.alone || fetch.alone || !follows(before.group.place, fetch.group.place))
      )
        break;
      queue.shift();
      if (!fetch.begun) found.push(fetch);
    }
    return found;
  };
  /** After all that is asked for in one go, so that neighbours are seen. */
  const pumpSoon = (): void => {
    if (!pumping) queueMicrotask(pump);
    pumping = true;
  };
  const pump = (): void => {
    pumping = false;
    while (running < atOnce && !closed) {
      let batch = next(urgent);
      if (batch.length === 0 && running < atOnce / 2) batch = next(ahead);
      if (batch.length === 0) return;
      void read(batch);
    }
  };
  const read = async (batch: readonly Fetch[]): Promise<void> => {
    running += batch.length;
    const asked = batch.map((fetch) => {
      fetch.begun = true;
      const { name, place, chunks } = fetch.group;
      return { place, chunks: proved.lacking(name, chunks) };
    });
    await reader.read(asked).then(
      (opened) => batch.forEach((fetch, index) => arrived(fetch, asked[index]!, opened[index]!)),
      (error: unknown) => {
        if (batch.length === 1) settle(batch[0]!, (waiting) => waiting.reject(error));
        else for (const fetch of batch) urgent.push(Object.assign(fetch, { begun: false, alone: true }));
      },
    );
    running -= batch.length;
    pump();
  };
  const arrived = (
    fetch: Fetch,
    { chunks }: GroupJob,
    { bytes: { buffer, byteOffset, byteLength }, tag, unproved }: OpenedGroup,
  ): void => {
    const { name } = fetch.group;
    const content: GroupContent = { bytes: Buffer.from(buffer, byteOffset, byteLength), proved: proved.opened(name, tag) };
    for (const [index, chunk] of chunks.entries()) if (!unproved.includes(index)) content.proved.set(chunk.offset, chunk);
    settle(fetch, (waiting) => waiting.use(content));
    cache.add(name, content);
  };
  const settle = (fetch: Fetch, tell: (waiting: Fetch['waiting'][number]) => void): void => {
    fetches.delete(fetch.group.name);
    for (const waiting of fetch.waiting) tell(waiting);
    fetch.done.resolve();
  };
  const begin = (group: WantedGroup, isUrgent: boolean): Fetch => {
    const known = fetches.get(group.name);
    const fetch = known ?? { group, waiting: [], done: Promise.withResolvers<void>(), urgent: false, begun: false, alone: false };
    fetches.set(group.name, fetch);
    if (isUrgent && !fetch.urgent) {
      fetch.urgent = true;
      if (!fetch.begun) urgent.push(fetch);
    } else if (known === undefined) ahead.push(fetch);
    return fetch;
  };

  return {
    count: cache.count,
    find: (group) => cache.find(group.name),
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
        pumpSoon();
      });
    },
    async fetchAhead(group) {
      if (closed || cache.has(group.name) || (ahead.length >= aheadLimit && !fetches.has(group.name))) return;
      const { done } = begin(group, false);
      pumpSoon();
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
  if (isIn(proved, chunk)) return;
  if (!isProved(namer, bytes, chunk))
    throw new HostkeepError('repository/chunk-damaged', {
      chunk: Buffer.from(chunk.key, 'latin1').toString('hex'),
      pack: packId,
    });
  proved.set(chunk.offset, chunk);
}
