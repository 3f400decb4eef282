/** A start of a job with everything real: its host, its repository, its passphrase. */
import { asHostkeepError, HostkeepError, type Job, type OnProgress, type RunId, type StepReport } from '#contract';
import { listFiles } from '#engine/backup';
import { isPassing, retryPauseMs } from '#engine/jobs';
import { tellLocks, type HeldLock, type Repository } from '#engine/repository';
import type { Home } from '../home.ts';
import { systemClock, systemRandom } from '../repositories.ts';
import { rememberPoints } from '../state/points.ts';
import { repositoryAt } from '../state/repositories.ts';
import { announcedRun, announceRun, failRun, watchRun } from '../state/run-control.ts';
import { rememberVms } from '../state/inventory.ts';
import { openRepositoryOf } from './passphrase.ts';
import { recordTidied } from './record.ts';
import { tellDamage } from './tell-damage.ts';
import { runJob, type JobContext, type JobOutcome } from './run-job.ts';
import { tidyAfter } from './tidy.ts';
import { verifyPoints } from './verify-points.ts';

export interface StartOptions {
  readonly home: Home;
  /** Announced by whoever started this. */
  readonly run?: RunId;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Asks for a host's password where the keystore has none. */
  readonly hostPassword: () => Promise<string>;
  /** Told that a lock is watched, which takes minutes, beside what the run says of it. */
  readonly onLockWatched?: (held: HeldLock) => void;
}

/** Runs the job and says what came of it; what keeps it from beginning at all is its outcome too, after its retries. */
export async function startJob(options: StartOptions, job: Job): Promise<JobOutcome> {
  if (options.run === undefined) return attempts(options, job);
  // It can be cancelled while its repository is still being waited for.
  const watch = watchRun(options.home.state, options.run, () => systemClock.now());
  try {
    return await attempts({ ...options, signal: AbortSignal.any([options.signal, watch.signal]) }, job);
  } finally {
    watch.stop();
  }
}

async function attempts(options: StartOptions, job: Job): Promise<JobOutcome> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await startOnce(options, job);
    } catch (thrown) {
      const error = options.signal.aborted ? new HostkeepError('input/cancelled', {}, thrown) : asHostkeepError(thrown);
      const pause = isPassing(error.code) ? retryPauseMs(job.retry, attempt, systemRandom.bytes(1)[0]! / 256) : null;
      const none = { vms: [], recovered: [], points: [], readBytes: 0, newBytes: 0 };
      const result = error.code === 'input/cancelled' ? 'cancelled' : 'failed';
      if (pause === null) return { ...none, runs: [failedRun(options, job, error)], job: job.id, result, error };
      await pauseFor(pause, options.signal);
    }
  }
}

/** Who asked for it looks for its run: one that could not begin is among them too, and says why. */
function failedRun({ home, run }: StartOptions, job: Job, error: HostkeepError): RunId {
  const { state } = home;
  const [id, now] = [announcedRun(home, run), systemClock.now()];
  const of = { id, kind: 'backup', startedAt: now, repository: repositoryAt(state, job.repository.path), subjects: [] } as const;
  announceRun(state, of, { command: ['job', 'run', job.name], lines: [] });
  state.prepare('UPDATE runs SET job = ? WHERE id = ?').run(job.id, id);
  failRun(state, id, { at: now, error });
  return id;
}

/** Ends early when the run is cancelled; the next attempt then says so. */
async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await systemClock.sleep(milliseconds, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function startOnce(options: StartOptions, job: Job): Promise<JobOutcome> {
  const { home, signal } = options;
  const { onLockWatched } = options;
  const repository = await openRepositoryOf(job, home.secrets, onLockWatched === undefined ? {} : { onLockWatched });
  try {
    const outcome = await runOnHost(options, job, repository);
    const run = outcome.runs.at(-1);
    if (run !== undefined) await listFiles({ repository, journal: home.journal, run, signal }, outcome.points);
    if (job.verifyAfterRun && outcome.result !== 'cancelled')
      await orTold(home, outcome, async () => {
        await verifyPoints({ home, repository, onProgress: options.onProgress, signal }, job, outcome.points);
        await lookAtPoints(home, repository);
      });
    return outcome;
  } finally {
    await repository.close();
  }
}

/** What comes after a run cannot undo it, and is no reason to make it again: that it failed is told as a step of the run. */
async function orTold({ journal }: Home, { runs }: JobOutcome, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const run = runs.at(-1);
    if (run === undefined) throw error;
    const detail = `after the run: ${asHostkeepError(error).message}`;
    journal.step(run, null, { step: 'post-backup', side: 'console', state: 'warning', detail });
  }
}

async function lookAtPoints(home: Home, repository: Repository): Promise<void> {
  await rememberPoints(home.state, repository, systemClock.now());
  tellDamage(home, systemClock.now());
}

async function runOnHost(options: StartOptions, job: Job, repository: Repository): Promise<JobOutcome> {
  const { home, run, onProgress, signal } = options;
  const host = await home.hosts.open(home.hosts.select(job.host), options.hostPassword);
  try {
    const { hypervisor, record } = host;
    const hostName = record.kind === 'lab' ? (await hypervisor.facts()).name : record.name;
    const clock = systemClock;
    const given = run === undefined ? {} : { run };
    const context = { home, clock, random: systemRandom, hypervisor, hostName, repository, onProgress, signal, ...given };
    const outcome = await runJob(context, job);
    if (outcome.result !== 'cancelled') {
      const tidied = await tidyAfter(tellingOfLocks(context, outcome), job, { onProgress, signal });
      recordTidied(home.state, job, tidied, clock.now());
    }
    await orTold(home, outcome, async () => rememberVms(home.state, record.name, await hypervisor.listVms(), clock.now()));
    await orTold(home, outcome, () => lookAtPoints(home, repository));
    return outcome;
  } finally {
    await host.close();
  }
}

/** What comes after the run says in its steps for whom it waits. */
function tellingOfLocks({ home, onProgress, repository }: JobContext, { runs }: JobOutcome): Repository {
  const run = runs.at(-1);
  if (run === undefined) return repository;
  const step = (report: StepReport): void => home.journal.step(run, null, report);
  return { ...repository, onLockWatched: tellLocks({ step, onProgress, also: repository.onLockWatched }).onLockWatched };
}
