import { router } from './trpc.ts';
import { activity, backups, overview, session, settings, vms } from './procedures/overview.ts';
import { alerts } from './procedures/alerts.ts';
import { files } from './procedures/files.ts';
import { drills } from './procedures/drills.ts';
import { folders } from './procedures/folders.ts';
import { guests } from './procedures/guests.ts';
import { hosts, lab } from './procedures/hosts.ts';
import { jobs } from './procedures/jobs.ts';
import { marks } from './procedures/marks.ts';
import { notify } from './procedures/notify.ts';
import { objects } from './procedures/objects.ts';
import { points, restore } from './procedures/recovery.ts';
import { publications } from './procedures/publications.ts';
import { recoveries } from './procedures/recoveries.ts';
import { repositories } from './procedures/repositories.ts';
import { scheduler } from './procedures/scheduler.ts';
import { reports } from './procedures/reports.ts';
import { runs } from './procedures/runs.ts';
import { support } from './procedures/support.ts';
import { transfer } from './procedures/transfer.ts';

/** Everything that a console can ask for; the renderer knows it by this type alone. */
export const consoleRouter = router({
  session,
  overview,
  vms,
  guests,
  hosts,
  lab,
  repositories,
  backups,
  jobs,
  scheduler,
  runs,
  points,
  files,
  objects,
  restore,
  publications,
  recoveries,
  drills,
  folders,
  activity,
  settings,
  reports,
  alerts,
  marks,
  notify,
  support,
  transfer,
});

export type ConsoleRouter = typeof consoleRouter;
