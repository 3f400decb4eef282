/** The composition root: wires engine, hosts and state together for whoever asks, today the command line. */
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { RunJournal } from '#engine/backup';
import type { Clock, Random } from '#engine/ports';
import {
  acquireReadingLock,
  initRepository,
  isRepository,
  openRepository,
  type Repository,
  type RepositoryLock,
} from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { HostkeepError } from '#contract';
import { keystore } from '#host';
import { hostBook, type HostBook } from './hosts.ts';
import { openState } from './state/database.ts';
import { closeDeadRuns, sqliteJournal } from './state/runs.ts';

export type { HostRecord, NewHost, OpenHost } from './hosts.ts';
export { findRun, listRuns } from './state/runs.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => void (await sleep(milliseconds, undefined, signal === undefined ? {} : { signal })),
};

export const systemRandom: Random = { bytes: (length) => randomBytes(length) };

/** Where state lies when nobody says otherwise. */
export function defaultHome(environment: Readonly<Record<string, string | undefined>>): string {
  if (process.platform === 'win32') return join(environment['ProgramData'] ?? 'C:\\ProgramData', 'Hostkeep');
  return join(environment['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'hostkeep');
}

/** What is kept under one home folder: state, journal and hosts. */
export interface Home {
  readonly path: string;
  readonly state: DatabaseSync;
  readonly journal: RunJournal;
  readonly hosts: HostBook;
  newRunId(): string;
  close(): void;
}

export function openHome(path: string): Home {
  const state = openState(path);
  const executable = process.env['HOSTKEEP_POWERSHELL'];
  closeDeadRuns(state, systemClock.now());
  return {
    path,
    state,
    journal: sqliteJournal(state, () => systemClock.now()),
    hosts: hostBook({
      home: path,
      state,
      secrets: keystore(path, executable),
      clock: systemClock,
      random: systemRandom,
      executable,
    }),
    newRunId: () => systemRandom.bytes(6).toString('hex'),
    close: () => state.close(),
  };
}

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

/**
 * Opens the repository in a folder. Who names a purpose of reading is seen by a compact, which then waits, until the repository
 * is closed. @throws HostkeepError repository/not-found before any secret is asked for
 */
export async function openRepositoryAt(
  folder: string,
  secret: () => Promise<string>,
  options: { readonly reading?: string } = {},
): Promise<Repository> {
  const storage = folderStorage(resolve(folder));
  if (!(await isRepository(storage))) throw new HostkeepError('repository/not-found', { path: folder });
  const place = { storage, random: systemRandom, clock: systemClock };
  const opening = openRepository(storage, { ...place, secret: await secret() });
  if (options.reading === undefined) return opening;
  // The lock costs no time beside the derivation of the key.
  const locking = acquireReadingLock(place, options.reading);
  try {
    const [repository, lock] = await Promise.all([opening, locking]);
    return releasedWhenClosed(repository, lock);
  } catch (error) {
    await (await locking.catch(() => undefined))?.release();
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

/** The storage of a repository, for what needs no key. */
export { folderStorage };
