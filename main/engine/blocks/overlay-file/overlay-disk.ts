import { HostkeepError } from '#contract';
import type { BlockSource, Extent, WritableDisk } from '../block-source.ts';
import { rangeLock } from '../range-lock.ts';
import { coalesce } from '../ranges.ts';
import { checkRange } from '../read-bytes.ts';
import { blockMap, type BlockMap, type PlacedRun } from './block-map.ts';
import { entriesOf, openJournal, usualRewriteBytes, type Journal, type OverlayFiles } from './journal.ts';
import { readersOf, type Readers } from './readers.ts';
import { discardedSlot, overlayBlockBytes as unit, overlayNames, type JournalEntry, type OverlaySubject } from './layout.ts';
import type { RandomFile } from './random-file.ts';
import { slots, type Slots } from './slots.ts';

export interface OverlayOptions {
  readonly files: OverlayFiles;
  /** 32 bytes that name the disk below. */
  readonly identity: Uint8Array;
  /** How much may be written, in bytes of whole blocks. */
  readonly limitBytes: number;
  /** Size from which the journal is written anew when most of it is outdated. */
  readonly rewriteFromBytes?: number;
}

/** A disk whose writes lie in files beside what is below, which never changes. */
export interface OverlayDisk extends WritableDisk {
  /** Bytes that are taken by what was written. */
  usedBytes(): number;
  /** What was written or discarded since the overlay was made, in order. */
  changes(): readonly { readonly offset: number; readonly length: number }[];
}

/** Places of so many runs are kept before they are written down without being asked. */
const pendingLimit = 65_536;

/**
 * Opens what was written over a disk, and makes it where there is nothing yet. What was flushed before is there again, after any
 * kind of end; what was not flushed may be there or not, sector by sector, as on a disk.
 * @throws HostkeepError overlay/damaged, overlay/foreign, overlay/failed
 */
export async function openOverlay(base: BlockSource, options: OverlayOptions): Promise<OverlayDisk> {
  const subject: OverlaySubject = { ...pick(base), identity: options.identity };
  const map = blockMap(Math.ceil(base.sizeBytes / unit));
  const rewriteFromBytes = options.rewriteFromBytes ?? usualRewriteBytes;
  const journal = await openJournal({ files: options.files, rewriteFromBytes }, subject, map);
  const data = await options.files.open(overlayNames.data).catch(async (error: unknown) => {
    await journal.close();
    throw error;
  });
  const places = slots(Math.floor(options.limitBytes / unit));
  for (const { place, blocks } of map.all()) if (place.in === 'slot') places.occupy(place.slot, blocks);
  places.findGaps();
  return overlayDisk({ base, map, journal, data, places, readers: readersOf() });
}

interface Parts {
  readonly base: BlockSource;
  readonly map: BlockMap;
  readonly journal: Journal;
  readonly data: RandomFile;
  readonly places: Slots;
  readonly readers: Readers;
}

function overlayDisk(parts: Parts): OverlayDisk {
  const { base, map, journal, data, places, readers } = parts;
  const locked = rangeLock();
  const reading = reader(parts);
  let pending: JournalEntry[] = [];
  let dirty = false;
  let failure: HostkeepError | undefined;
  let flushing: Promise<void> = Promise.resolve();
  let queued: Promise<void> | undefined;

  const alive = (): void => {
    if (failure !== undefined) throw new HostkeepError('overlay/failed', {}, failure);
  };
  const note = (entry: JournalEntry): void => {
    const last = pending.at(-1);
    const follows = last !== undefined && last.slot !== discardedSlot && last.block + last.blocks === entry.block;
    if (follows && last.slot + last.blocks === entry.slot)
      pending[pending.length - 1] = { ...last, blocks: last.blocks + entry.blocks };
    else pending.push(entry);
  };
  /** Everything that was written when it begins is durable when it ends: first data, then what says where it lies. */
  const flushOnce = async (): Promise<void> => {
    alive();
    if (!dirty) return;
    dirty = false;
    const entries = pending;
    const released = places.releasedSoFar();
    const whole = journal.wantsRewrite() ? entriesOf(map) : undefined;
    pending = [];
    try {
      await data.sync();
      if (whole !== undefined) await journal.rewrite(whole);
      else if (entries.length > 0) await journal.append(entries);
      // A read that began before still looks into the slots that it found.
      readers.afterThese(() => places.settle(released));
    } catch (error) {
      // What the system did with the bytes is not known any more: nothing may be promised from here on.
      failure = error instanceof HostkeepError ? error : new HostkeepError('overlay/failed', {}, error);
      throw failure;
    }
  };
  /** Those that ask while one flush runs share the next. */
  const flush = (): Promise<void> => {
    queued ??= flushing
      .catch(() => undefined)
      .then(() => {
        queued = undefined;
        flushing = flushOnce();
        return flushing;
      });
    return queued;
  };

  const writeRun = async (run: PlacedRun, offset: number, bytes: Uint8Array): Promise<void> => {
    const from = Math.max(run.block * unit, offset);
    const to = Math.min((run.block + run.blocks) * unit, offset + bytes.byteLength);
    const part = bytes.subarray(from - offset, to - offset);
    if (run.place.in === 'slot') return data.write(run.place.slot * unit + from - run.block * unit, part);
    await writeNew(run, from, part);
  };
  /** Blocks that have no slot yet get one; where only a part of a block is written, the rest of it comes along. */
  const writeNew = async (run: PlacedRun, from: number, part: Uint8Array): Promise<void> => {
    const whole = await wholeBlocks(run, from, part);
    for (let done = 0; done < run.blocks;) {
      const taken = places.take(run.blocks - done);
      if (taken === undefined) throw new HostkeepError('overlay/full', { usedBytes: places.used() * unit });
      try {
        await data.write(taken.slot * unit, whole.subarray(done * unit, (done + taken.count) * unit));
      } catch (error) {
        places.release(taken.slot, taken.count);
        throw error;
      }
      map.set(run.block + done, taken.count, { in: 'slot', slot: taken.slot });
      note({ block: run.block + done, blocks: taken.count, slot: taken.slot });
      done += taken.count;
    }
  };
  const wholeBlocks = async (run: PlacedRun, from: number, part: Uint8Array): Promise<Uint8Array> => {
    const start = run.block * unit;
    const length = run.blocks * unit;
    if (from === start && part.byteLength === length) return part;
    const whole = Buffer.alloc(length);
    const within = Math.min(length, base.sizeBytes - start);
    if (run.place.in === 'base') await base.read(start, whole.subarray(0, within));
    whole.set(part, from - start);
    return whole;
  };
  const change = async (offset: number, length: number, act: (runs: readonly PlacedRun[]) => Promise<void>): Promise<void> => {
    checkRange(base, offset, length);
    alive();
    const first = Math.floor(offset / unit);
    const blocks = Math.ceil((offset + length) / unit) - first;
    await locked(first, blocks, async () => {
      dirty = true;
      await act(map.runs(first, blocks));
      dirty = true;
    });
    if (pending.length > pendingLimit) await flush();
  };
  const write = (offset: number, bytes: Uint8Array): Promise<void> =>
    change(offset, bytes.byteLength, async (runs) => {
      for (const run of runs) await writeRun(run, offset, bytes);
    });
  const discardBlocks = (offset: number, length: number): Promise<void> =>
    change(offset, length, async (runs) => {
      for (const { block, blocks, place } of runs) {
        if (place.in === 'nowhere') continue;
        map.set(block, blocks, { in: 'nowhere' });
        note({ block, blocks, slot: discardedSlot });
        if (place.in === 'slot') places.release(place.slot, blocks);
      }
    });

  return {
    ...pick(base),
    physicalSectorSize: base.physicalSectorSize,
    ...reading,
    usedBytes: () => places.used() * unit,
    changes: () =>
      coalesce(
        Array.from(map.all(), ({ block, blocks }) => ({
          offset: block * unit,
          length: Math.min(blocks * unit, base.sizeBytes - block * unit),
        })),
      ),
    write,
    async discard(offset, length) {
      checkRange(base, offset, length);
      const from = Math.min(Math.ceil(offset / unit) * unit, offset + length);
      const end = offset + length;
      const to = end === base.sizeBytes ? end : Math.max(from, Math.floor(end / unit) * unit);
      if (from > offset) await write(offset, Buffer.alloc(from - offset));
      if (to > from) await discardBlocks(from, to - from);
      if (end > to) await write(to, Buffer.alloc(end - to));
    },
    flush,
    async close() {
      try {
        if (failure === undefined) await flush();
      } finally {
        await journal.close();
        await data.close();
        await base.close();
      }
    },
  };
}

function reader({ base, map, data, readers }: Parts): Pick<WritableDisk, 'read' | 'readNow' | 'willRead' | 'extents'> {
  const runsOf = (offset: number, length: number): readonly PlacedRun[] => {
    const first = Math.floor(offset / unit);
    return length === 0 ? [] : map.runs(first, Math.ceil((offset + length) / unit) - first);
  };
  const readRuns = async (runs: readonly PlacedRun[], offset: number, target: Uint8Array): Promise<void> => {
    for (const run of runs) {
      const from = Math.max(run.block * unit, offset);
      const to = Math.min((run.block + run.blocks) * unit, offset + target.byteLength);
      const part = target.subarray(from - offset, to - offset);
      if (run.place.in === 'base') await base.read(from, part);
      else if (run.place.in === 'nowhere') part.fill(0);
      else await data.read(run.place.slot * unit + from - run.block * unit, part);
    }
  };
  return {
    readNow: (offset, target) => {
      const first = Math.floor(offset / unit);
      const blocks = Math.ceil((offset + target.byteLength) / unit) - first;
      return base.readNow !== undefined && map.untouched(first, blocks) && base.readNow(offset, target);
    },
    willRead: (offset, length) => base.willRead?.(offset, length),
    async read(offset, target) {
      checkRange(base, offset, target.byteLength);
      const runs = runsOf(offset, target.byteLength);
      await readers.during(
        runs.some((run) => run.place.in === 'slot'),
        () => readRuns(runs, offset, target),
      );
    },
    async extents(offset, length) {
      checkRange(base, offset, length);
      const found: Extent[] = [];
      for (const run of runsOf(offset, length)) {
        const from = Math.max(run.block * unit, offset);
        const to = Math.min((run.block + run.blocks) * unit, offset + length);
        if (run.place.in === 'base') found.push(...(await base.extents(from, to - from)));
        else found.push({ offset: from, length: to - from, kind: run.place.in === 'slot' ? 'data' : 'unallocated' });
      }
      return found;
    },
  };
}

function pick(base: BlockSource): Pick<BlockSource, 'sizeBytes' | 'logicalSectorSize' | 'physicalSectorSize'> {
  const { sizeBytes, logicalSectorSize, physicalSectorSize } = base;
  return { sizeBytes, logicalSectorSize, physicalSectorSize };
}
