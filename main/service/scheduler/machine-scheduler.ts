import { dirname } from 'node:path';
import { HostkeepError } from '#contract';
import { startPowerShell, taskScheduler, type CheckingScheduler, type PowerShell } from '#host';
import { systemClock } from '../repositories.ts';
import type { Home } from '../home.ts';
import { ownProgram } from '../start-run.ts';
import { taskUser } from '../state/task-account.ts';
import { taskSecret } from './task-account.ts';

export interface MachineScheduler {
  readonly scheduler: CheckingScheduler;
  close(): Promise<void>;
}

/**
 * Task Scheduler of this computer, whose tasks start our command line for this home; undefined where a living process schedules.
 * HOSTKEEP_TASK_SCHEDULER=1 asks for it elsewhere: it then talks to whatever HOSTKEEP_POWERSHELL is.
 */
export function machineScheduler({
  path,
  secrets,
  state,
}: Pick<Home, 'path' | 'secrets' | 'state'>): MachineScheduler | undefined {
  if (!hasTasks()) return undefined;
  const shell = ownShell();
  const scheduler = taskScheduler({
    shell,
    home: path,
    clock: systemClock,
    program: ownProgram.file,
    parameters: (id) => [...ownProgram.parameters, '--home', path, 'job', 'run', id, '--if-due'],
    folder: dirname(ownProgram.file),
    account: () => accountOf(state, secrets),
  });
  return { scheduler, close: () => shell.close() };
}

/**
 * Takes all our tasks out of Task Scheduler, whatever home they are of, and says which; it needs no home, and makes none.
 * @throws HostkeepError schedule/no-tasks, schedule/denied
 */
export async function clearTasks(): Promise<readonly string[]> {
  if (!hasTasks()) throw new HostkeepError('schedule/no-tasks');
  const shell = ownShell();
  const nothing = { home: '', program: '', folder: '', parameters: () => [], account: async () => null };
  const scheduler = taskScheduler({ shell, clock: systemClock, ...nothing });
  try {
    const tasks = await scheduler.query();
    for (const { id } of tasks) await scheduler.remove(id);
    return tasks.map(({ id }) => id);
  } finally {
    await shell.close();
  }
}

function hasTasks(): boolean {
  return process.platform === 'win32' || process.env['HOSTKEEP_TASK_SCHEDULER'] === '1';
}

/** PowerShell on this computer. */
function ownShell(): PowerShell {
  const executable = process.env['HOSTKEEP_POWERSHELL'];
  return startPowerShell({ ...(executable === undefined ? {} : { executable }), connection: null });
}

async function accountOf(state: Home['state'], secrets: Home['secrets']): Promise<{ user: string; password: string } | null> {
  const user = taskUser(state);
  if (user === null) return null;
  const password = await secrets.get(taskSecret);
  if (password === undefined)
    throw new HostkeepError('schedule/account-refused', { user, why: 'its password is not in the keystore' });
  return { user, password };
}
