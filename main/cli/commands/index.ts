import type { Command } from 'commander';
import { backup } from './backup.ts';
import { big } from './big.ts';
import { cat } from './cat.ts';
import { catalog } from './catalog.ts';
import { compact } from './compact.ts';
import { disks } from './disks.ts';
import { find } from './find.ts';
import { drill } from './drill.ts';
import { forget } from './forget.ts';
import { history } from './history.ts';
import { host } from './host.ts';
import { job } from './job.ts';
import { lab } from './lab.ts';
import { ls } from './ls.ts';
import { notify } from './notify.ts';
import { object } from './object.ts';
import { points } from './points.ts';
import { publish } from './publish.ts';
import { recover } from './recover.ts';
import { repo } from './repo.ts';
import { report } from './report.ts';
import { restoreDiskCommand } from './restore-disk.ts';
import { restoreFilesCommand } from './restore-files.ts';
import { restoreVmCommand } from './restore-vm.ts';
import { retention } from './retention.ts';
import { runs } from './runs.ts';
import { serve } from './serve.ts';
import { schedule } from './schedule.ts';
import { status } from './status.ts';
import { verify } from './verify.ts';
import { vm } from './vm.ts';

type Register = (program: Command) => void;

/** Every command under the heading of the help that it stands under, in the order of the help. Each file adds one. */
const groups: readonly (readonly [heading: string, commands: readonly Register[]])[] = [
  ['Where things are:', [lab, host, vm, repo]],
  ['Back up:', [backup, points, forget, compact]],
  ['Look into restore points:', [disks, ls, cat, object, find, history, big, catalog, verify]],
  ['Restore:', [restoreFilesCommand, restoreDiskCommand, restoreVmCommand]],
  ['Run from the backup storage:', [publish, recover, drill]],
  ['Unattended:', [job, schedule, retention]],
  ['How things stand:', [runs, status, notify, report]],
  ['The console:', [serve]],
];

export function registerCommands(program: Command): void {
  for (const [heading, commands] of groups) {
    program.commandsGroup(heading);
    for (const register of commands) register(program);
  }
}
