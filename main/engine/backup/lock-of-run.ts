import type { OnProgress } from '#contract';
import { acquireLock, tellLocks, type Repository, type RepositoryLock } from '#engine/repository';
import type { RunJournal } from './run-journal.ts';

interface Locking {
  readonly repository: Repository;
  readonly journal: Pick<RunJournal, 'step'>;
  readonly run: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** The lock of a run that has begun, which says for whom it waits. @throws HostkeepError repository/locked, the signal's reason */
export async function lockOfRun({ repository, journal, run, onProgress, signal }: Locking): Promise<RepositoryLock> {
  const told = tellLocks({ step: (step) => journal.step(run, null, step), onProgress, also: repository.onLockWatched });
  const lock = await acquireLock({ ...repository, signal, onLockWatched: told.onLockWatched }, 'shared', `backup ${run}`);
  told.taken();
  return lock;
}
