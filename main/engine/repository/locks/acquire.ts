import { hasCode, HostkeepError } from '#contract';
import type { Random } from '#engine/ports';
import { spendReserve } from '../reserve.ts';
import { listLocks, type HeldLock } from './held.ts';
import { lockOfThisProcess, writeLock, type LockInfo, type LockKind } from './lock-file.ts';
import { isHolderGone, isLeft, looksOld, refreshEveryMs, type Watching } from './stale.ts';

export interface RepositoryLock {
  readonly file: string;
  readonly info: LockInfo;
  /** Aborts when the lock was taken away: whoever holds it must stop writing. */
  readonly signal: AbortSignal;
  /**
   * Refreshes it, and tells whether it is still there: to be asked before what only its holder may do. A computer that slept may have lost
   * it and not know yet. @throws HostkeepError repository/lock-lost, storage/*
   */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

interface LockedPlace extends Watching {
  readonly random: Random;
}

const attempts = 5;

/** The kinds that a new lock gives way to. */
const givesWayTo: Readonly<Record<LockKind, readonly LockKind[]>> = {
  shared: ['exclusive'],
  exclusive: ['shared', 'exclusive', 'reading'],
  // What a compact moves is found again, and it removes nothing that a point needs which is there when the reader comes.
  reading: [],
};

/**
 * Takes a lock: writes it, then looks who else has one, so that of two that come at once at least one gives way.
 * @throws HostkeepError repository/locked
 */
export async function acquireLock(place: LockedPlace, kind: LockKind, purpose: string): Promise<RepositoryLock> {
  for (let attempt = 1; ; attempt += 1) {
    const file = `locks/${place.random.bytes(8).toString('hex')}`;
    const info = lockOfThisProcess(kind, purpose, place.clock.now());
    await place.storage.write(file, writeLock(info));
    const rival = await findRival(place, file, kind).catch(async (error: unknown) => {
      // It would stand for a lock that nobody holds. Where it cannot go either, it grows stale.
      await place.storage.remove(file).catch(() => undefined);
      throw error;
    });
    if (rival === undefined) return holdLock(place, file, info);
    await place.storage.remove(file);
    if (attempt === attempts) throw lockedBy(rival);
    await place.clock.sleep(100 + place.random.bytes(1)[0]! * 2);
  }
}

/**
 * Lets a reader be seen, so that nothing is compacted away under it. Undefined where nothing can be written: read-only media are
 * there to be read, and so is a full disk. @throws HostkeepError storage/*
 */
export async function acquireReadingLock(place: LockedPlace, purpose: string): Promise<RepositoryLock | undefined> {
  try {
    return await acquireLock(place, 'reading', purpose);
  } catch (error) {
    if (hasCode(error, 'storage/denied', 'storage/full')) return undefined;
    throw error;
  }
}

/** For what makes room: on a full disk the reserve is spent on the lock. @throws HostkeepError repository/locked, storage/* */
export async function acquireLockToFree(place: LockedPlace, kind: LockKind, purpose: string): Promise<RepositoryLock> {
  try {
    return await acquireLock(place, kind, purpose);
  } catch (error) {
    if (!hasCode(error, 'storage/full') || !(await spendReserve(place.storage))) throw error;
    return acquireLock(place, kind, purpose);
  }
}

/** Who stops it; of locks that nobody holds any more those in the way are removed, and the others where that is certain at once. */
async function findRival(place: LockedPlace, own: string, kind: LockKind): Promise<HeldLock | undefined> {
  const { storage } = place;
  for (;;) {
    const rivals: HeldLock[] = [];
    const { modifiedAt: now } = await storage.stat(own);
    for (const held of await listLocks(storage)) {
      if (isHolderGone(held, now)) await storage.remove(held.file);
      else if (held.file !== own && stops(kind, held)) rivals.push(held);
    }
    const rival = rivals.find((held) => !looksOld(held, now)) ?? rivals[0];
    // One that is refreshed is a rival after all; after a removal all are looked at again, for its holder may have refreshed it at that moment.
    if (rival === undefined || !looksOld(rival, now) || place.watchesLocks === false) return rival;
    if (!(await isLeft(place, rival))) return rival;
    await storage.remove(rival.file);
  }
}

/** Nobody knows what a damaged lock stands for. */
function stops(kind: LockKind, { lock }: HeldLock): boolean {
  const stopping = givesWayTo[kind];
  return lock === undefined ? stopping.length > 0 : stopping.includes(lock.kind);
}

/** Removes locks whose holders are gone for certain, which may take minutes, or all at once; returns what was removed. */
export async function removeLocks(place: LockedPlace, options: { readonly all: boolean }): Promise<readonly HeldLock[]> {
  const { storage } = place;
  const standing = await listLocks(storage);
  const removed: HeldLock[] = [];
  const remove = async (held: HeldLock): Promise<void> => {
    await storage.remove(held.file);
    removed.push(held);
  };
  if (options.all) {
    for (const held of standing) await remove(held);
    return removed;
  }
  // Its time tells what time it is on the storage.
  const own = await acquireLock(place, 'reading', 'unlock');
  try {
    const { modifiedAt: now } = await storage.stat(own.file);
    for (const held of standing) {
      if (isHolderGone(held, now) || (looksOld(held, now) && (await isLeft(place, held)))) await remove(held);
    }
  } finally {
    await own.release();
  }
  return removed;
}

function lockedBy(rival: HeldLock): HostkeepError {
  if (rival.lock === undefined) return new HostkeepError('repository/lock-damaged', { file: rival.file });
  const { host, pid, purpose, startedAt } = rival.lock;
  return new HostkeepError('repository/locked', { purpose, host, pid, since: new Date(startedAt).toISOString() });
}

function holdLock(place: LockedPlace, file: string, info: LockInfo): RepositoryLock {
  const lost = new AbortController();
  const confirm = async (): Promise<void> => {
    try {
      await place.storage.stat(file);
      await place.storage.replace(file, writeLock({ ...info, refreshedAt: place.clock.now() }));
    } catch (error) {
      // What makes room goes on when there is none: the lock is there.
      if (hasCode(error, 'storage/full')) return;
      if (!hasCode(error, 'storage/not-found')) throw error;
      const gone = new HostkeepError('repository/lock-lost', { file }, error);
      lost.abort(gone);
      throw gone;
    }
  };
  // A share that is gone for a moment is no lost lock; a file that is gone is, and the signal tells.
  const refresh = (): Promise<void> => confirm().catch(() => undefined);
  const timer = setInterval(() => void refresh(), refreshEveryMs);
  timer.unref();
  return {
    file,
    info,
    signal: lost.signal,
    confirm,
    async release() {
      clearInterval(timer);
      await place.storage.remove(file);
    },
  };
}
