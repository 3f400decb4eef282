/** One start of a job: whether it is due, its turn, its attempts, and what came of it. */
import {
  asHostkeepError,
  HostkeepError,
  toErrorData,
  type BackupOutcome,
  type Job,
  type OnProgress,
  type RunId,
  type RunResult,
  type VmOutcome,
} from '#contract';
import { runBackup } from '#engine/backup';
import {
  decide,
  excludedDisksOf,
  isNamed,
  isPassing,
  limitsAt,
  retryPauseMs,
  selectVms,
  timetableOf,
  type SelectableVm,
  type Selected,
} from '#engine/jobs';
import type { Clock, Hypervisor, Random, VmFacts } from '#engine/ports';
import type { Repository } from '#engine/repository';
import type { Home } from '../home.ts';
import { releaseClaim, tryClaim } from '../state/claims.ts';
import { allPaused, findJob, handledUntil, noteExcluded, setHandledUntil } from '../state/jobs.ts';
import { forgetAhead } from '../state/clock-ahead.ts';
import { announcedRun, announceRun, failRun, watchRun } from '../state/run-control.ts';
import { tagsOf } from '../state/tags.ts';
import { inTransaction } from '../state/in-transaction.ts';

export interface JobContext {
  readonly home: Pick<Home, 'state' | 'journal' | 'newRunId'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly hypervisor: Hypervisor;
  readonly hostName: string;
  readonly repository: Repository;
  /** Announced for its first attempt by whoever started it. */
  readonly run?: RunId;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** What came of one start. */
export interface JobOutcome {
  readonly job: string;
  readonly result: RunResult;
  readonly runs: readonly RunId[];
  /** The last word on every VM. */
  readonly vms: readonly VmOutcome[];
  /** VMs that failed at first and then did not. */
  readonly recovered: readonly string[];
  readonly points: readonly string[];
  readonly readBytes: number;
  readonly newBytes: number;
  readonly error: ReturnType<typeof asHostkeepError> | null;
}

export type Due =
  | { readonly due: true; readonly missed: readonly number[] }
  | { readonly due: false; readonly next: number | null };

/** Whether a job is due; when it is, what came due is thereby answered, so that a second process that asks gets a no. */
export function takeDue(state: Home['state'], spec: string, now: number): Due {
  return inTransaction(state, () => {
    forgetAhead(state, now);
    const job = findJob(state, spec);
    const held = job.paused || allPaused(state);
    const decision = held ? null : decide(timetableOf(job.schedule), { handledUntil: handledUntil(state, job.id), now });
    if (decision?.due === true) setHandledUntil(state, job.id, now);
    if (decision === null) return { due: false, next: null };
    return decision.due ? { due: true, missed: decision.missed } : { due: false, next: decision.next };
  });
}

/** Runs the job now. What fails and may pass is tried again, VM by VM. Never throws for what the job's outcome can tell. */
export async function runJob(context: JobContext, job: Job): Promise<JobOutcome> {
  const { clock, home } = context;
  const last = new Map<string, VmOutcome>();
  const failedBefore = new Set<string>();
  const outcomes: BackupOutcome[] = [];
  let wanted: readonly string[] | undefined;
  for (let attempt = 0; ; attempt += 1) {
    const run = announcedRun(home, context.run);
    const failure = await attemptOnce(context, job, { run, attempt, wanted }).then(
      (outcome) => void outcomes.push(outcome),
      (error: unknown) => asHostkeepError(error),
    );
    if (failure !== undefined) failRun(home.state, run, { at: clock.now(), error: failure });
    // By id: two VMs may have one name, and one's success must not hide the other's failure.
    for (const vm of failure === undefined ? outcomes.at(-1)!.vms : []) last.set(vm.vmId, vm);
    const again = [...last.values()].filter((vm) => vm.error !== null && isPassing(vm.error.code)).map((vm) => vm.vmId);
    const worthIt = failure === undefined ? again.length > 0 : isPassing(failure.code);
    // Cancelled where its progress is shown, it is cancelled whole.
    const cancelled = context.signal.aborted || outcomes.at(-1)?.result === 'cancelled';
    const pause = worthIt && !cancelled ? retryPauseMs(job.retry, attempt, context.random.bytes(1)[0]! / 256) : null;
    if (pause === null) return summary(job, { outcomes, last, failedBefore, failure: failure ?? null, run });
    for (const vm of again) failedBefore.add(vm);
    if (failure === undefined) wanted = again;
    await clock.sleep(pause, context.signal).catch((error: unknown) => {
      if (!context.signal.aborted) throw error;
    });
  }
}

interface Attempt {
  readonly run: RunId;
  readonly attempt: number;
  /** Ids of VMs to do again; undefined for all of the job. */
  readonly wanted: readonly string[] | undefined;
}

async function attemptOnce(context: JobContext, job: Job, of: Attempt): Promise<BackupOutcome> {
  const { home, clock, repository } = context;
  announceRun(
    home.state,
    { id: of.run, kind: 'backup', startedAt: clock.now(), repository: repository.id, subjects: of.wanted ?? [] },
    { command: ['job', 'run', job.name], lines: [] },
  );
  home.state.prepare('UPDATE runs SET job = ?, attempt = ? WHERE id = ?').run(job.id, of.attempt, of.run);
  const watch = watchRun(home.state, of.run, () => clock.now());
  try {
    return await carriedOut(
      {
        ...context,
        signal: AbortSignal.any([context.signal, watch.signal]),
        onProgress(progress) {
          context.onProgress(progress);
          watch.onProgress(progress);
        },
      },
      job,
      of,
    );
  } finally {
    watch.stop();
  }
}

async function carriedOut(context: JobContext, job: Job, of: Attempt): Promise<BackupOutcome> {
  const { home, clock, hypervisor, hostName, repository, signal, onProgress } = context;
  const { vms, missing } = await selected(context, job);
  const chosen = of.wanted === undefined ? vms : vms.filter((vm) => of.wanted!.includes(vm.id));
  if (chosen.length === 0) throw new HostkeepError('job/selects-nothing', { job: job.name });
  await takeTurn(context, of.run, { job: job.id, repository: repository.id, vms: chosen.map((vm) => vm.id) });
  try {
    const outcome = await runBackup(
      {
        hypervisor,
        hostName,
        repository,
        journal: home.journal,
        run: of.run,
        job: job.id,
        policy: job.consistency,
        truncateLogs: job.truncateLogs,
        attempt: of.attempt,
        skipUnused: job.skipUnused,
        limits: () => limitsAt(job, clock.now()),
        excludedDisks: (vm) => excludedDisksOf(job, vm),
        onExcluded: (vm, disk, mark) => noteExcluded(home.state, job.id, { is: (name) => isNamed(vm, name), disk, mark }),
        onProgress,
        signal,
      },
      { vms: chosen.map((vm) => vm.id) },
    );
    return { ...outcome, vms: [...outcome.vms, ...missing.map(goneOutcome)] };
  } finally {
    releaseClaim(home.state, of.run);
  }
}

async function selected(context: JobContext, job: Job): Promise<Selected<VmFacts & SelectableVm>> {
  const present = await context.hypervisor.listVms();
  return selectVms(
    job,
    present.map((vm) => ({ ...vm, tags: tagsOf(context.home.state, job.host, vm.id) })),
  );
}

/** A VM that somebody chose and that is not there is no success. */
function goneOutcome(vm: string): VmOutcome {
  const error = toErrorData(new HostkeepError('job/vm-gone', { vms: [vm] }));
  return { vm, vmId: vm, result: 'failed', point: null, consistency: null, fullReadReason: null, warnings: [], error };
}

const turnEveryMs = 15_000;
const turnAtMostMs = 12 * 60 * 60 * 1000;

/** Waits while another job has one of the VMs or the repository. @throws HostkeepError job/waited-too-long, input/cancelled */
async function takeTurn(context: JobContext, run: RunId, claim: Parameters<typeof tryClaim>[2]): Promise<void> {
  // Counted, for the clock may be set meanwhile.
  for (let waitedMs = 0; ; waitedMs += turnEveryMs) {
    if (context.signal.aborted) throw new HostkeepError('input/cancelled');
    const obstacle = tryClaim(context.home.state, run, claim);
    if (obstacle === undefined) return;
    if (waitedMs > turnAtMostMs) throw new HostkeepError('job/waited-too-long', { obstacle });
    context.onProgress({ phase: `waiting: ${obstacle}`, doneBytes: 0, totalBytes: 0 });
    await context.clock.sleep(turnEveryMs, context.signal);
  }
}

interface Ended {
  readonly outcomes: readonly BackupOutcome[];
  readonly last: ReadonlyMap<string, VmOutcome>;
  readonly failedBefore: ReadonlySet<string>;
  readonly failure: HostkeepError | null;
  readonly run: RunId;
}

function summary(job: Job, { outcomes, last, failedBefore, failure, run }: Ended): JobOutcome {
  const vms = [...last.values()];
  const order = ['cancelled', 'failed', 'warning'] as const;
  const worst = order.find((result) => vms.some((vm) => vm.result === result)) ?? 'success';
  const sum = (of: (outcome: BackupOutcome) => number): number => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  return {
    job: job.id,
    result: failure === null ? worst : failure.code === 'input/cancelled' ? 'cancelled' : 'failed',
    runs: [...new Set([...outcomes.map((outcome) => outcome.run), run])],
    vms,
    recovered: vms.filter((vm) => vm.error === null && failedBefore.has(vm.vmId)).map((vm) => vm.vm),
    points: outcomes.flatMap((outcome) => outcome.points),
    readBytes: sum((outcome) => outcome.readBytes),
    newBytes: sum((outcome) => outcome.newBytes),
    error: failure,
  };
}
