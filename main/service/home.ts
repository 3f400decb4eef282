import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { RunJournal } from '#engine/backup';
import type { Secrets } from '#engine/ports';
import { keystore } from '#host/keystore';
import { hostBook, type HostBook } from './hosts.ts';
import { machineSettings } from './machine-settings.ts';
import { systemClock, systemRandom } from './repositories.ts';
import { removeOldLogs } from './old-logs.ts';
import { openState, unlessAway } from './state/database.ts';
import { forgetOld, isTimeToForget } from './state/forget-old.ts';
import { closeDeadRuns, sqliteJournal } from './state/runs.ts';
import { taskUser } from './state/task-account.ts';

/** Where state lies when nobody says otherwise. */
export function defaultHome(environment: Readonly<Record<string, string | undefined>>): string {
  const { home } = machineSettings();
  if (home !== null) return home;
  if (process.platform === 'win32') return join(environment['ProgramData'] ?? 'C:\\ProgramData', 'Hostkeep');
  return join(environment['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'hostkeep');
}

/** What is kept under one home folder: state, journal and hosts. */
export interface Home {
  readonly path: string;
  readonly state: DatabaseSync;
  readonly journal: RunJournal;
  readonly hosts: HostBook;
  readonly secrets: Secrets;
  newRunId(): string;
  close(): void;
}

/** Once a day, by whoever comes first. What is in the way today (another one that writes, a full disk) is none tomorrow, and no reason to fail. */
function forgetWhatIsOld(home: string, state: DatabaseSync): void {
  const now = systemClock.now();
  unlessAway(() => {
    if (!isTimeToForget(state, now)) return;
    forgetOld(state, now);
    removeOldLogs(home, now);
  });
}

export function openHome(path: string): Home {
  const state = openState(path);
  const executable = process.env['HOSTKEEP_POWERSHELL'];
  const readers = (): readonly string[] => [taskUser(state)].filter((user) => user !== null);
  const secrets = keystore({ home: path, executable, readers });
  closeDeadRuns(state, systemClock.now());
  forgetWhatIsOld(path, state);
  return {
    path,
    state,
    journal: sqliteJournal(state, () => systemClock.now()),
    hosts: hostBook({
      home: path,
      state,
      secrets,
      clock: systemClock,
      random: systemRandom,
      executable,
    }),
    secrets,
    newRunId: () => systemRandom.bytes(6).toString('hex'),
    close: () => state.close(),
  };
}
