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

/** Every command, in the order of the help. Each file adds one. */
export const commands: readonly ((program: Command) => void)[] = [
  lab,
  host,
  vm,
  repo,
  backup,
  points,
  disks,
  ls,
  cat,
  find,
  history,
  big,
  catalog,
  restoreFilesCommand,
  restoreDiskCommand,
  restoreVmCommand,
  publish,
  recover,
  drill,
  verify,
  runs,
  job,
  schedule,
  retention,
  status,
  notify,
  report,
  forget,
  compact,
  serve,
];
