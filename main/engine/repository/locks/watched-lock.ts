import type { OnProgress, StepReport } from '#contract';
import type { HeldLock } from './held.ts';

/** Whose lock is watched, since when it stands, and what to do about it. */
export function lockWatchedSays(held: HeldLock): string {
  return `${holderOf(held)}; nobody has refreshed it for half an hour. It is watched for five minutes, and removed if it stays as it is. If you know that nobody works there: hostkeep repo unlock --all`;
}

function holderOf({ file, lock }: HeldLock): string {
  if (lock === undefined) return `a damaged lock, ${file}, is in the way`;
  const { host, pid, purpose, startedAt } = lock;
  return `${host} (${purpose}, process ${pid}) has had a lock here since ${isoOf(startedAt)}`;
}

/** The lock's own clock may be anything. */
function isoOf(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? 'an unknown time' : date.toISOString();
}

interface Telling {
  readonly step: (step: StepReport) => void;
  readonly onProgress: OnProgress;
  /** Who else is to know. */
  readonly also?: ((held: HeldLock) => void) | undefined;
}

export interface ToldLocks {
  readonly onLockWatched: (held: HeldLock) => void;
  /** Once there is a lock of our own: what was watched has gone. */
  taken(): void;
}

/** Says of locks that are watched whose they are, in a run's steps and its progress. */
export function tellLocks({ step, onProgress, also }: Telling): ToldLocks {
  const said = { step: 'preflight', side: 'console', actor: 'repository' } as const;
  let watched = false;
  return {
    onLockWatched(held) {
      watched = true;
      also?.(held);
      step({ ...said, state: 'started', detail: lockWatchedSays(held) });
      onProgress({ phase: `waiting: ${holderOf(held)}`, doneBytes: 0, totalBytes: 0 });
    },
    taken() {
      if (watched) step({ ...said, state: 'done', detail: 'the lock that nobody held is gone' });
    },
  };
}
