/** Locks of a repository, as files that tell who holds them. They survive a crashed holder: a stale one is recognised and removed. */
export { acquireLock, acquireLockToFree, acquireReadingLock, removeLocks, type RepositoryLock } from './acquire.ts';
export { listLocks, verifyLockFiles, type HeldLock } from './held.ts';
export { lockWatchedSays, tellLocks, type ToldLocks } from './watched-lock.ts';
export type { LockInfo, LockKind } from './lock-file.ts';
export { isProcessAlive, mayBeSame, processOf, thisProcess, type ProcessIdentity } from './process-identity.ts';
