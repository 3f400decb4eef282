/** The composition root: wires engine, hosts and state together for whoever asks: the command line and the console. */
import { folderStorage } from '#engine/storage';

export { defaultHome, openHome, type Home } from './home.ts';
export type { HostRecord, NewHost, OpenHost } from './hosts.ts';
export { forgetByHand, type Forgotten } from './jobs/forget.ts';
export { jobBook, type JobBook } from './jobs/job-book.ts';
export { refuseMissingVms } from './jobs/refuse-missing-vms.ts';
export { keepPassphrase, passphraseOf, refuseClosedRepository, renewPassphrase } from './jobs/passphrase.ts';
export { freeSpace, pointsOfJob, pruneJob, type FreeReport, type PruneReport } from './jobs/prune-job.ts';
export { tellDamage } from './jobs/tell-damage.ts';
export { simulateJob, type SimulatedPoints } from './jobs/simulate.ts';
export { listAlerts, openAlerts, seeAlert, seeAllAlerts } from './state/alerts.ts';
export {
  deliverNotices,
  everywhere,
  mailSecret,
  putOut,
  readNotifySettings,
  sendDigest,
  testNotice,
  sendMonthlyReport,
  webhookSecret,
  writeNotifySettings,
} from './notify/index.ts';
export { machineSettings, type MachineSettings } from './machine-settings.ts';
export { monthBefore, monthlyReport, type ReportOptions } from './report/monthly.ts';
export { reportHtml } from './report/report-html.ts';
export { machineLanguage, type ReportLanguage } from './report/report-texts.ts';
export { statusReport } from './status.ts';
export { noteDeed } from './state/activity.ts';
export { setTag, tagsOf } from './state/tags.ts';
export { findJob } from './state/jobs.ts';
export { runJob, takeDue, type JobContext, type JobOutcome } from './jobs/run-job.ts';
export { checkJob, type JobCheck } from './jobs/check-job.ts';
export { askJobCheck } from './jobs/ask-job-check.ts';
export { runJobNow, type RanJob } from './jobs/run-job-now.ts';
export { takeStart } from '#host';
export { runScheduler } from './scheduler/run-scheduler.ts';
export { createRepositoryAt, openRepositoryAt, systemClock, systemRandom } from './repositories.ts';
export { trialOf } from './trial-of.ts';
export { cleanLeftOver, leftOver, type KeptResidue } from './left-over.ts';
export { guestCredentials, type GuestCredentials } from './guest-credentials.ts';
export { changeTaskAccount, type TaskAccount } from './scheduler/task-account.ts';
export { taskUser } from './state/task-account.ts';
export { clearTasks, machineScheduler, type MachineScheduler } from './scheduler/machine-scheduler.ts';
export { ownProgram, type Program } from './start-run.ts';
export { rememberPoints } from './state/points.ts';
export { announceRun, adoptRun, endRun, failRun, watchRun, type RunWatch } from './state/run-control.ts';
export { findRun, listRuns } from './state/runs.ts';

/** The storage of a repository, for what needs no key. */
export { folderStorage };
