import { HostkeepError, hasCode } from '#contract';
import type { Storage } from '#engine/storage';
import { isStale, parseLock, staleAfterMs, type LockInfo } from './lock-file.ts';

/** A lock file that lies in the repository; without `lock` it is damaged. */
export interface HeldLock {
  readonly file: string;
  readonly lock: LockInfo | undefined;
  readonly stale: boolean;
}

const limitBytes = 64 * 1024;

export async function listLocks(storage: Storage, now: number): Promise<readonly HeldLock[]> {
  const held: HeldLock[] = [];
  for (const file of await storage.list('locks')) {
    const bytes = await readLock(storage, file.name);
    if (bytes === undefined) continue;
    const lock = readableLock(bytes, file.name);
    const stale = lock === undefined ? now - file.modifiedAt > staleAfterMs : isStale(lock, now);
    held.push({ file: file.name, lock, stale });
  }
  return held;
}

function readableLock(bytes: Buffer, file: string): LockInfo | undefined {
  try {
    return parseLock(bytes, file);
  } catch (error) {
    if (hasCode(error, 'repository/lock-damaged')) return undefined;
    throw error;
  }
}

/** Removes stale locks, or all of them; returns what was removed. */
export async function removeLocks(
  storage: Storage,
  options: { readonly now: number; readonly all: boolean },
): Promise<readonly HeldLock[]> {
  const removed = (await listLocks(storage, options.now)).filter((held) => options.all || held.stale);
  for (const held of removed) await storage.remove(held.file);
  return removed;
}

export async function verifyLockFiles(
  storage: Storage,
): Promise<readonly { readonly file: string; readonly error: HostkeepError }[]> {
  const damaged = (await listLocks(storage, 0)).filter((held) => held.lock === undefined);
  return damaged.map(({ file }) => ({ file, error: new HostkeepError('repository/lock-damaged', { file }) }));
}

/** Undefined when the lock was released meanwhile. */
async function readLock(storage: Storage, name: string): Promise<Buffer | undefined> {
  try {
    return await storage.readAll(name, limitBytes);
  } catch (error) {
    if (hasCode(error, 'storage/not-found')) return undefined;
    if (hasCode(error, 'storage/short-read')) return Buffer.alloc(0);
    throw error;
  }
}
