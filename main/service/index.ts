/** The composition root: wires engine, lab and state together for whoever asks, today the command line. */
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { RunJournal } from '#engine/backup';
import type { Clock, Hypervisor, Random } from '#engine/ports';
import { initRepository, isRepository, openRepository, type Repository } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { HostkeepError } from '#contract';
import { labHypervisor } from '#lab';
import { openState } from './state/database.ts';
import { closeDeadRuns, sqliteJournal } from './state/runs.ts';

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
  /** The host: the lab, until a Hyper-V host can be added. */
  readonly hypervisor: Hypervisor;
  newRunId(): string;
  close(): void;
}

export function openHome(path: string): Home {
  const state = openState(path);
  closeDeadRuns(state, systemClock.now());
  return {
    path,
    state,
    journal: sqliteJournal(state, () => systemClock.now()),
    hypervisor: labHypervisor(path, { clock: systemClock, random: systemRandom }),
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

/** @throws HostkeepError repository/not-found before any secret is asked for */
export async function openRepositoryAt(folder: string, secret: () => Promise<string>): Promise<Repository> {
  const storage = folderStorage(resolve(folder));
  if (!(await isRepository(storage))) throw new HostkeepError('repository/not-found', { path: folder });
  return openRepository(storage, { secret: await secret(), random: systemRandom, clock: systemClock });
}

/** The storage of a repository, for what needs no key. */
export { folderStorage };
