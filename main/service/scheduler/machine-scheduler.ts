import { dirname } from 'node:path';
import type { Scheduler } from '#engine/ports';
import { startPowerShell, taskScheduler } from '#host';
import { systemClock } from '../repositories.ts';
import { ownProgram } from '../start-run.ts';

export interface MachineScheduler {
  readonly scheduler: Scheduler;
  close(): Promise<void>;
}

/**
 * Task Scheduler of this computer, whose tasks start our command line for this home; undefined where a living process schedules.
 * HOSTKEEP_TASK_SCHEDULER=1 asks for it elsewhere: it then talks to whatever HOSTKEEP_POWERSHELL is.
 */
export function machineScheduler(home: string): MachineScheduler | undefined {
  if (process.platform !== 'win32' && process.env['HOSTKEEP_TASK_SCHEDULER'] !== '1') return undefined;
  const executable = process.env['HOSTKEEP_POWERSHELL'];
  const shell = startPowerShell({ ...(executable === undefined ? {} : { executable }), connection: null });
  const scheduler = taskScheduler({
    shell,
    home,
    clock: systemClock,
    program: ownProgram.file,
    parameters: (id) => [...ownProgram.parameters, '--home', home, 'job', 'run', id, '--if-due'],
    folder: dirname(ownProgram.file),
    account: null,
  });
  return { scheduler, close: () => shell.close() };
}
