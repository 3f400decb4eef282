import {
  asHostkeepError,
  hasCode,
  HostkeepError,
  toErrorData,
  type ConsistencyPolicy,
  type DiskMark,
  type OnProgress,
  type RestorePoint,
  type RunId,
  type RunResult,
  type StepName,
  type StepReport,
  type StepState,
  type VmOutcome,
} from '#contract';
import type { BackupSession, Hypervisor, OnReached, VmFacts } from '#engine/ports';
import type { LimitsNow } from '#engine/jobs';
import { forgetPoint, newPointId, publishPoint, type Repository, type RepositoryLock } from '#engine/repository';
import { claim, claimOf } from './claim.ts';
import { withoutDamage } from './damaged-parents.ts';
import type { ReadLoad } from './load/read-load.ts';
import { backupDisks } from './pipeline/backup-disks.ts';
import type { DiskPlan } from './pipeline/disk-plan.ts';
import type { LeafThreads } from './pipeline/leaf-threads.ts';
import type { Baseline, RunJournal } from './run-journal.ts';
import { diskIdentities } from './disk-identity.ts';
import { withGuestVolumes } from './guest-volumes.ts';
import { leaveOut, type ExcludedDisk } from './leave-out.ts';
import { filesOfDisks, goesOnSince, type DiskFiles } from './lineage.ts';
import { asVolumesSay } from './off-guest.ts';
import { planDisks } from './plan-disks.ts';
import { planSkips } from './skip/plan-skips.ts';

export interface RunContext {
  readonly hypervisor: Hypervisor;
  readonly hostName: string;
  readonly repository: Repository;
  readonly journal: RunJournal;
  readonly run: RunId;
  /** The job whose retention the restore points are under. */
  readonly job?: string;
  readonly policy: ConsistencyPolicy;
  readonly truncateLogs: boolean;
  /** Which attempt of its job this is, from 0. */
  readonly attempt?: number;
  /** Whether what the guests do not use is left out of consistent volumes. */
  readonly skipUnused: boolean;
  /** How hard the host may be loaded; asked again as the run goes on. One VM at a time, as fast as it goes, when left out. */
  readonly limits?: () => LimitsNow;
  /** What this run's reads cost; made by the run. */
  readonly load?: ReadLoad;
  /** The lock of this run; taken by the run. */
  readonly lock?: Pick<RepositoryLock, 'confirm'>;
  /** What is wrong with the repository; found by the run. */
  readonly doubts?: readonly string[];
  /** The VM's disks that are not read. */
  readonly excludedDisks?: (vm: VmFacts) => readonly ExcludedDisk[];
  /** Told what lies at the index of an excluded disk of which nothing more was known. */
  readonly onExcluded?: (vm: VmFacts, disk: number, mark: DiskMark) => void;
  /** The threads that read disks. */
  readonly lent?: LeafThreads | undefined;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** What a run moved, in bytes. */
export interface MovedBytes {
  readonly readBytes: number;
  readonly newBytes: number;
  /** What was not read because the guest does not use it. */
  readonly skippedBytes: number;
}

export const nothingRead: MovedBytes = { readBytes: 0, newBytes: 0, skippedBytes: 0 };

export interface VmRun extends MovedBytes {
  readonly outcome: VmOutcome;
}

/** One VM through the whole flow. A failure is this VM's outcome, not the run's end. */
export async function runVm(context: RunContext, vm: VmFacts, points: readonly RestorePoint[]): Promise<VmRun> {
  try {
    return await backUpVm(context, vm, points);
  } catch (thrown) {
    // Why the run was stopped counts, not what broke when it was: the lock may have been taken away.
    const error: unknown = context.signal.aborted ? context.signal.reason : thrown;
    const cancelled = hasCode(error, 'input/cancelled');
    const outcome: VmOutcome = {
      vm: vm.name,
      vmId: vm.id,
      result: cancelled ? 'cancelled' : 'failed',
      point: null,
      consistency: null,
      fullReadReason: null,
      warnings: [],
      error: toErrorData(error),
    };
    return { outcome, ...nothingRead };
  }
}

async function backUpVm(context: RunContext, vm: VmFacts, points: readonly RestorePoint[]): Promise<VmRun> {
  const { hypervisor, journal } = context;
  const report = (step: StepReport): void => journal.step(context.run, vm.name, step);
  const baseline = await findBaseline(context, vm, report);
  const parent = baseline === undefined ? undefined : points.find((point) => point.id === baseline.point);
  await preflight(context, vm, report);
  if (context.signal.aborted) throw new HostkeepError('input/cancelled');
  const { attempt = 0, policy, repository, truncateLogs, run, signal } = context;
  const since = parent === undefined ? null : (baseline?.referencePoint ?? null);
  const request = { vmId: vm.id, run, policy, truncateLogs, since, repository: repository.id, attempt };
  const begun = await hypervisor.beginBackup(request, report, signal);
  const latest = parent ?? points.findLast((point) => point.vmId === vm.id);
  const ofJob = points.findLast((point) => point.vmId === vm.id && point.job === context.job);
  const files = await filesOfDisks(begun.disks);
  const before = parent === undefined ? null : (baseline?.files ?? []);
  const stored = await storeSession(context, { vm, begun, latest, ofJob, files, before }, report);
  const { session } = stored;
  const claimed = claim({ repository, policy, vm, session, point: stored.point, report });
  const released = await release(context, { vm, session, point: stored.point, files, onReached: claimed.onReached }, report);
  const { consistency, warnings, error: below } = claimed.settle();
  const all = [...(context.doubts ?? []), ...stored.warnings, ...warnings, ...released.warnings];
  const error = released.error ?? below;
  const kept = released.withdrawn ? null : consistency;
  const result: RunResult = error !== null ? 'failed' : all.length > 0 ? 'warning' : 'success';
  return {
    outcome: {
      vm: vm.name,
      vmId: vm.id,
      result,
      point: kept === null ? null : stored.point.id,
      consistency: kept,
      fullReadReason: stored.fullReadReason,
      warnings: all,
      error,
    },
    ...stored.moved,
  };
}

/**
 * What this run starts from. A run that was cut off after the host had made its reference point is known by what the host lists:
 * its restore point is published, so nothing needs to be read again.
 */
async function findBaseline(
  { hypervisor, journal, repository }: RunContext,
  vm: VmFacts,
  report: (step: StepReport) => void,
): Promise<Baseline | undefined> {
  const intended = journal.intendedBaseline(repository.id, vm.id);
  if (intended === undefined) return journal.baseline(repository.id, vm.id);
  const made = (await hypervisor.listResidue()).find(
    ({ kind, vmId, run }) => kind === 'reference-point' && vmId === vm.id && run === intended.run,
  );
  if (made === undefined) return journal.baseline(repository.id, vm.id);
  const adopted = { referencePoint: made.id, point: intended.point, files: intended.files };
  journal.setBaseline(repository.id, vm.id, adopted);
  report(hostStep('recover', 'done', `reference point of run ${intended.run} taken over`));
  return adopted;
}

async function preflight(context: RunContext, vm: VmFacts, report: (step: StepReport) => void): Promise<void> {
  const checks = (await context.hypervisor.preflight([vm.id])).filter((check) => check.verdict !== 'ok');
  const blocking = checks.find((check) => check.verdict === 'blocking');
  report(
    hostStep(
      'preflight',
      blocking === undefined ? (checks.length === 0 ? 'done' : 'warning') : 'failed',
      checks.map((check) => check.says).join(' '),
    ),
  );
  if (blocking === undefined) return;
  const { id: check, says, remedy } = blocking;
  throw new HostkeepError(blocking.code ?? 'host/vm-busy', { vm: vm.name, check, says, remedy });
}

interface Storing {
  readonly vm: VmFacts;
  readonly begun: BackupSession;
  /** The restore point before, if any. */
  readonly latest: RestorePoint | undefined;
  /** The restore point before that the same job made. */
  readonly ofJob: RestorePoint | undefined;
  /** What the VM's disks lie on, and what they lay on at that point; null where the host was not asked for the changes since. */
  readonly files: readonly DiskFiles[];
  readonly before: readonly DiskFiles[] | null;
}

interface Stored {
  /** With the consistency that was found. */
  readonly session: BackupSession;
  readonly point: RestorePoint;
  readonly fullReadReason: string | null;
  /** Excluded disks that could not be told, and are in the point; what was damaged and is stored anew. */
  readonly warnings: readonly string[];
  readonly moved: MovedBytes;
}

/** Routes the data and publishes the restore point; whatever fails here leaves the guest as if nothing had been asked. */
async function storeSession(context: RunContext, storing: Storing, report: (step: StepReport) => void): Promise<Stored> {
  const { begun, vm } = storing;
  let step: StepName = 'route-data';
  try {
    const { fullReadReason, plans, session, warnings } = await planReads(context, storing, report);
    const data = await backupDisks(context.repository, plans, {
      onProgress: (progress) => context.onProgress({ ...progress, phase: vm.name }),
      signal: context.signal,
      lent: context.lent,
      ...(context.load === undefined ? {} : { load: context.load }),
    });
    report(hostStep(step, 'done', fullReadReason === null ? 'changed ranges only' : `everything read: ${fullReadReason}`));
    step = 'publish';
    const point: RestorePoint = {
      version: 1,
      id: newPointId(context.repository),
      vm: vm.name,
      vmId: vm.id,
      host: context.hostName,
      time: session.takenAt,
      consistency: claimOf(session),
      run: context.run,
      ...(context.job === undefined ? {} : { job: context.job }),
      disks: data.disks,
      definition: session.definition,
    };
    await context.lock?.confirm();
    await publishPoint(context.repository, point);
    report({ step, side: 'console', state: 'done', detail: `restore point ${point.id}` });
    const { readBytes, newBytes, skippedBytes } = data;
    return { session, point, fullReadReason, warnings, moved: { readBytes, newBytes, skippedBytes } };
  } catch (error) {
    report(hostStep(step, 'failed', asHostkeepError(error).message));
    await undo(begun, asHostkeepError(error).message, report);
    throw error;
  }
}

interface PlannedReads extends Pick<Stored, 'session' | 'fullReadReason' | 'warnings'> {
  readonly plans: readonly DiskPlan[];
}

/** What is read of which disk, and what its guest's volumes let the point claim. Disks that are left out have no say in it. */
async function planReads(context: RunContext, storing: Storing, report: (step: StepReport) => void): Promise<PlannedReads> {
  const { load, policy, repository } = context;
  const { before, begun, files, latest, vm } = storing;
  const told = (warnings: readonly string[]): void => {
    for (const detail of warnings) report(hostStep('route-data', 'warning', detail));
  };
  report(hostStep('route-data', 'started'));
  const identityOf = diskIdentities();
  const left = await leaveOut(begun.disks, context.excludedDisks?.(vm) ?? [], { before: storing.ofJob, identityOf });
  for (const { disk, mark } of left.seen) context.onExcluded?.(vm, disk, mark);
  told(left.warnings);
  const read = begun.disks.filter((disk) => !left.disks.includes(disk));
  const goesOn = before === null ? null : goesOnSince(before, begun.disks, files);
  return withGuestVolumes(read, load, async (volumes) => {
    const session = await asVolumesSay(begun, { vm, policy, volumes }, report);
    const planned = await planDisks(read, { latest, goesOn }, identityOf);
    const sound = await withoutDamage(repository, planned.plans);
    told(sound.warnings);
    const isSound = sound.warnings.length === 0;
    const fullReadReason = planned.fullReadReason ?? (isSound ? null : 'what the repository has of it is damaged');
    // What is damaged says nothing of what was left out.
    const skipping = { enabled: context.skipUnused, quiesced: session.atRest, parent: isSound ? latest : undefined, volumes };
    const plans = await planSkips(repository, sound.plans, skipping);
    return { session, plans, fullReadReason, warnings: [...left.warnings, ...sound.warnings] };
  });
}

/** What cannot be undone now is told, and found at the next start; the run's own failure is what counts. */
async function undo(session: BackupSession, reason: string, report: (step: StepReport) => void): Promise<void> {
  try {
    await session.abort(reason);
  } catch (error) {
    report(hostStep('release', 'failed', asHostkeepError(error).message));
  }
}

interface Releasing {
  readonly vm: VmFacts;
  readonly session: BackupSession;
  readonly point: RestorePoint;
  readonly files: readonly DiskFiles[];
  readonly onReached: OnReached;
}

interface Released extends Pick<VmOutcome, 'warnings' | 'error'> {
  /** The restore point had to go. */
  readonly withdrawn: boolean;
}

/** Post-backup and the residue gate. Only the host's state is at stake, unless the host says that what was read did not stand still. */
async function release(context: RunContext, releasing: Releasing, report: (step: StepReport) => void): Promise<Released> {
  const { vm, session, point, files, onReached } = releasing;
  try {
    context.journal.intendBaseline(context.repository.id, vm.id, { run: context.run, point: point.id, files });
    const { goesOn, referencePoint, unconfirmed } = await session.complete(onReached);
    if (referencePoint !== null)
      context.journal.setBaseline(context.repository.id, vm.id, { referencePoint, point: point.id, files });
    const left = (await context.hypervisor.listResidue()).filter(
      (residue) =>
        residue.vmId === vm.id && residue.run === context.run && residue.kind !== 'reference-point' && residue.kind !== goesOn,
    );
    if (left.length > 0)
      throw new HostkeepError('host/residue', { vm: vm.name, left: left.map((residue) => `${residue.kind} ${residue.id}`) });
    if (goesOn !== null) {
      report(hostStep('residue-gate', 'warning', goingOn[goesOn].gate));
      return { warnings: [goingOn[goesOn].warning], error: null, withdrawn: false };
    }
    report(hostStep('residue-gate', 'done', 'the disk chain is back in its shape'));
    return { warnings: unconfirmed === null ? [] : [unconfirmed], error: null, withdrawn: false };
  } catch (error) {
    report(hostStep('residue-gate', 'failed', asHostkeepError(error).message));
    if (hasCode(error, 'host/checkpoint-gone'))
      return { warnings: [], error: toErrorData(error), withdrawn: await withdraw(context, point, report) };
    const warnings = ['the restore point is safe, but the host is not as it was'];
    return { warnings, error: toErrorData(error), withdrawn: false };
  }
}

/** False where it stays, which is told. */
async function withdraw({ repository }: RunContext, { id }: RestorePoint, report: (step: StepReport) => void): Promise<boolean> {
  const said = { step: 'publish', side: 'console', state: 'failed' } as const;
  try {
    await forgetPoint(repository, id);
    report({ ...said, detail: `restore point ${id} is withdrawn: its checkpoint was gone before all was read` });
    return true;
  } catch (error) {
    report({
      ...said,
      detail: `restore point ${id} is not to be trusted, and could not be withdrawn: ${asHostkeepError(error).message}`,
    });
    return false;
  }
}

/** What a cancelled run has left to the host. */
const goingOn = {
  merge: {
    gate: 'the host still merges the disks',
    warning: 'cancelled while the host merged the disks: the restore point is safe, the merge goes on',
  },
  'shadow-copy': {
    gate: 'the host still ends the backup, and its shadow copies are there',
    warning: 'cancelled while the host ended the backup: the restore point is safe, whether guests truncate is not known',
  },
} as const;

export function hostStep(step: StepName, state: StepState, detail = ''): StepReport {
  return detail === '' ? { step, side: 'host', state } : { step, side: 'host', state, detail };
}
