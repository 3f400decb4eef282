import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostkeepError } from '#contract';
import type { Clock, Random } from '#engine/ports';
import {
  acquireReadingLock,
  initRepository,
  isRepository,
  openRepository,
  type HeldLock,
  type Repository,
  type RepositoryLock,
} from '#engine/repository';
import { folderStorage } from '#engine/storage';

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(milliseconds, signal) {
    try {
      await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};

export const systemRandom: Random = { bytes: (length) => randomBytes(length) };

export async function createRepositoryAt(
  folder: string,
  passphrase: string,
): Promise<{ readonly repositoryId: string; readonly recoveryKey: string }> {
  const storage = folderStorage(resolve(folder));
  try {
    return await initRepository(storage, { passphrase, random: systemRandom, clock: systemClock });
  } finally {
    await storage.close();
  }
}

export interface OpenOptions {
  /** Who names a purpose of reading is seen by a compact, which then waits, until the repository is closed. */
  readonly reading?: string | undefined;
  /** Called once while the key is derived, which takes long and leaves this thread idle. */
  readonly meanwhile?: (() => void) | undefined;
  /** Told that a lock is watched, which takes minutes, before it is taken for one that nobody holds. */
  readonly onLockWatched?: (held: HeldLock) => void;
  /** False where somebody waits at a page. */
  readonly watchesLocks?: boolean;
}

/**
 * Opens the repository in a folder. @throws HostkeepError repository/not-found before any secret is asked for
 */
export async function openRepositoryAt(
  folder: string,
  secret: () => Promise<string>,
  options: OpenOptions = {},
): Promise<Repository> {
  const storage = folderStorage(resolve(folder));
  let locking: Promise<RepositoryLock | undefined> | undefined;
  try {
    if (!(await isRepository(storage))) throw new HostkeepError('repository/not-found', { path: folder });
    const place = { storage, random: systemRandom, clock: systemClock };
    const opening = openRepository(storage, { ...place, secret: await secret(), meanwhile: options.meanwhile });
    const { onLockWatched, watchesLocks = true } = options;
    if (options.reading === undefined)
      return { ...(await opening), watchesLocks, ...(onLockWatched === undefined ? {} : { onLockWatched }) };
    // The lock costs no time beside the derivation of the key.
    locking = acquireReadingLock(place, options.reading);
    const [repository, lock] = await Promise.all([opening, locking]);
    return releasedWhenClosed(repository, lock);
  } catch (error) {
    await (await locking?.catch(() => undefined))?.release();
    await storage.close();
    throw error;
  }
}

function releasedWhenClosed(repository: Repository, lock: RepositoryLock | undefined): Repository {
  return {
    ...repository,
    async close() {
      await lock?.release();
      await repository.close();
    },
  };
}
