import { HostkeepError, hasCode } from '#contract';
import type { Storage, StoredFile } from '#engine/storage';
import { parseLock, type LockInfo } from './lock-file.ts';

/** A lock file that lies in the repository; without `lock` it is damaged. */
export interface HeldLock {
  readonly file: string;
  readonly lock: LockInfo | undefined;
  /** By the storage's clock. */
  readonly modifiedAt: number;
  /** Another one whenever it was refreshed. */
  readonly version: string;
}

const limitBytes = 64 * 1024;

export async function listLocks(storage: Storage): Promise<readonly HeldLock[]> {
  const held: HeldLock[] = [];
  for (const file of await storage.list('locks')) {
    const found = await readFile(storage, file);
    if (found !== undefined) held.push(found);
  }
  return held;
}

/** Undefined when it was released. */
export async function readHeldLock(storage: Storage, file: string): Promise<HeldLock | undefined> {
  try {
    return await readFile(storage, await storage.stat(file));
  } catch (error) {
    if (hasCode(error, 'storage/not-found')) return undefined;
    throw error;
  }
}

async function readFile(storage: Storage, { name, modifiedAt }: StoredFile): Promise<HeldLock | undefined> {
  const bytes = await readLock(storage, name);
  if (bytes === undefined) return undefined;
  return { file: name, lock: readableLock(bytes, name), modifiedAt, version: `${modifiedAt} ${bytes.toString('latin1')}` };
}

function readableLock(bytes: Buffer, file: string): LockInfo | undefined {
  try {
    return parseLock(bytes, file);
  } catch (error) {
    if (hasCode(error, 'repository/lock-damaged')) return undefined;
    throw error;
  }
}

export async function verifyLockFiles(
  storage: Storage,
): Promise<readonly { readonly file: string; readonly error: HostkeepError }[]> {
  const damaged = (await listLocks(storage)).filter((held) => held.lock === undefined);
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
