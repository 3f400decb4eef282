/** What `job run` does: by hand, or because a scheduler woke it. */
import { toErrorData, type ErrorData } from '#contract';
import { takeStart } from '#host';
import { deliverNotices, sendDigest, sendMonthlyReport, tellAlerts, tellRun } from '../notify/index.ts';
import { systemClock } from '../repositories.ts';
import { findJob } from '../state/jobs.ts';
import { checkJob } from './check-job.ts';
import { lookForUnprotected, recordMissed, recordOutcome } from './record.ts';
import { takeDue, type JobOutcome } from './run-job.ts';
import { startJob, type StartOptions } from './start-due.ts';

export type RanJob =
  | {
      readonly started: true;
      readonly name: string;
      /** Occurrences that this start caught up. */
      readonly missed: readonly string[];
      readonly outcome: Omit<JobOutcome, 'error'> & { readonly error: ErrorData | null };
    }
  | { readonly started: false; readonly name: string; readonly why: string; readonly next: string | null };

/** @throws HostkeepError input/not-found */
export async function runJobNow(options: StartOptions, spec: string, ifDue: boolean): Promise<RanJob> {
  const { state } = options.home;
  const job = findJob(state, spec);
  // Task Scheduler starts both with the same command: a start by hand has left a note.
  const asked = ifDue ? await takeStart(options.home.path, job.id) : null;
  if (asked?.kind === 'check') {
    await checkJob(options, job, asked.run);
    return { started: false, name: job.name, why: `${job.name} was checked.`, next: null };
  }
  const byHand = !ifDue || asked !== null;
  const due = !byHand ? takeDue(state, job.id, systemClock.now()) : { due: true as const, missed: [] };
  if (!due.due) {
    // A wake that starts nothing still delivers what waits, and the digest.
    await sendDigest(options.home, systemClock.now());
    await sendMonthlyReport(options.home, systemClock.now());
    await deliverNotices({ home: options.home, now: () => systemClock.now() });
    const next = due.next === null ? null : new Date(due.next).toISOString();
    return { started: false, name: job.name, why: `${job.name} is not due${next === null ? '' : ` before ${next}`}.`, next };
  }
  const now = (): number => systemClock.now();
  tellAlerts(options.home, recordMissed(state, job, due.missed, now()), now());
  const outcome = await startJob(options, job);
  const raised = recordOutcome(state, job, outcome, now());
  lookForUnprotected(state, now());
  tellRun(options.home, { job, outcome, raised }, now());
  await deliverNotices({ home: options.home, now });
  const error = outcome.error === null ? null : toErrorData(outcome.error);
  return {
    started: true,
    name: job.name,
    missed: due.missed.map((at) => new Date(at).toISOString()),
    outcome: { ...outcome, error },
  };
}
