import type { Clock } from '#engine/ports';
import type { Storage } from '#engine/storage';
import { isSameStart, thisComputer, type ThisComputer } from './computer.ts';
import { readHeldLock, type HeldLock } from './held.ts';
import type { LockInfo } from './lock-file.ts';
import { isProcessAlive } from './process-identity.ts';

/** A holder refreshes its lock so often. */
export const refreshEveryMs = 2 * 60 * 1000;
/** A lock that was not refreshed for so long, by the storage's clock, is worth watching. */
const oldAfterMs = 30 * 60 * 1000;
/** Two refreshes would be seen meanwhile, and a share that hung for a moment is none to lose one by. */
export const watchedMs = 2 * refreshEveryMs + 60 * 1000;
const lookEveryMs = 10 * 1000;

export interface Watching {
  readonly storage: Storage;
  readonly clock: Clock;
  /** Ends a watch. */
  readonly signal?: AbortSignal;
  /** Told that a lock is watched, which takes minutes. */
  readonly onLockWatched?: (held: HeldLock) => void;
  /** False for whom somebody waits at a page: an old lock is in the way like any other, and nobody watches it for minutes. */
  readonly watchesLocks?: boolean;
}

/**
 * Whether its process was one of this computer and has ended, which is certain at once. `now` is the time of a file written just now, as
 * for `looksOld`.
 */
export function isHolderGone(
  { lock, modifiedAt }: Pick<HeldLock, 'lock' | 'modifiedAt'>,
  now: number,
  here = thisComputer(),
): boolean {
  if (lock === undefined) return false;
  if (isOfThisStart(lock, here)) return !isProcessAlive(lock);
  return isOfEarlierStart(lock, here) && now - modifiedAt > here.upMs;
}

/** Whether the numbers of its processes are those of ours. Locks of earlier versions have nothing but the name of their computer. */
function isOfThisStart(lock: LockInfo, here: ThisComputer): boolean {
  if (lock.computer === undefined || lock.boot === undefined) return lock.host === here.host;
  if (lock.boot !== '' || here.boot !== '') return lock.boot === here.boot;
  return lock.computer === here.computer;
}

/** A clone may have all in common with us but the start; that nobody has touched the lock since ours tells the two apart. */
function isOfEarlierStart({ computer, boot }: LockInfo, here: ThisComputer): boolean {
  return computer === here.computer && boot !== undefined && boot !== '' && here.boot !== '' && !isSameStart(boot, here.boot);
}

/**
 * Whether it was not refreshed for long. `now` is the time of a file written just now: both times are the storage's, for computers that
 * share a repository need not agree what time it is. A lock from the future is looked at, too: the storage's clock was set back.
 */
export function looksOld(held: HeldLock, now: number): boolean {
  return Math.abs(now - held.modifiedAt) > oldAfterMs;
}

/**
 * Looks at a lock again and again. True once it is certain that nobody refreshes it, or it is gone; false as soon as it was refreshed.
 * Time is what this process waits: no clock that is set meanwhile makes a lock that is refreshed look left.
 * @throws HostkeepError storage/*, or the signal's reason
 */
export async function isLeft(watching: Watching, held: HeldLock): Promise<boolean> {
  watching.onLockWatched?.(held);
  for (let waited = 0; waited < watchedMs; waited += lookEveryMs) {
    await watching.clock.sleep(lookEveryMs, watching.signal);
    const now = await readHeldLock(watching.storage, held.file);
    if (now === undefined) return true;
    if (now.version !== held.version) return false;
  }
  return true;
}
