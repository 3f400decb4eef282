import { asHostkeepError, hasCode, HostkeepError, toErrorData, type BackupOutcome, type RunResult } from '#contract';
import type { Residue, VmFacts } from '#engine/ports';
import { keepReserve, listPoints, type RepositoryLock } from '#engine/repository';
import { atMost } from '../jobs/at-most.ts';
import { keepLimits, unlimited } from './load/keep-limits.ts';
import { readLoad } from './load/read-load.ts';
import { leafThreads } from './pipeline/leaf-threads.ts';
import { lockOfRun } from './lock-of-run.ts';
import { checkTarget } from './check-target.ts';
import { settlePacks } from './settle-packs.ts';
import { unneededPoints } from './unneeded-points.ts';
import { hostStep, runVm, type RunContext, type VmRun } from './run-vm.ts';

export interface BackupWanted {
  /** Names or ids of VMs. */
  readonly vms: readonly string[];
}

/** Backs up VMs, so many at a time, and says how each went. @throws HostkeepError when the run cannot begin at all */
export async function runBackup(context: RunContext, wanted: BackupWanted): Promise<BackupOutcome> {
  const { hypervisor, journal, repository, run } = context;
  const startedAt = repository.clock.now();
  journal.begin({ id: run, kind: 'backup', startedAt, pid: process.pid, repository: repository.id, vms: wanted.vms });
  let runs: readonly VmRun[] = [];
  const lent = leafThreads();
  const load = readLoad();
  const limits = context.limits ?? unlimited;
  const keeper = keepLimits(load, limits);
  const finish = (result: RunResult, error?: unknown): BackupOutcome => {
    const durationMs = Math.max(0, repository.clock.now() - startedAt);
    const outcome = outcomeOf(runs, { run, result, durationMs, cost: load.cost() });
    journal.end(run, result, error === undefined ? outcome : { ...outcome, error: toErrorData(error) });
    return outcome;
  };
  let held: RepositoryLock | undefined;
  let { signal } = context;
  try {
    const lock = await lockOfRun(context);
    held = lock;
    signal = AbortSignal.any([signal, lock.signal]);
    await keepReserve(repository);
    const residue = await hypervisor.listResidue();
    await cleanResidue({ ...context, signal }, wanted, residue);
    await dropPoints({ ...context, signal }, residue);
    const vms = selectVms(await hypervisor.listVms(), wanted.vms);
    // What other VMs add meanwhile is nobody's parent here.
    const { points } = await listPoints(repository);
    const target = await checkTarget(repository, vms, points);
    const state = target.verdict === 'ok' ? 'done' : 'warning';
    journal.step(run, null, { step: 'preflight', side: 'console', actor: 'repository', state, detail: target.says });
    const doubts = await settlePacks(repository);
    for (const says of doubts)
      journal.step(run, null, { step: 'preflight', side: 'console', actor: 'repository', state: 'warning', detail: says });
    const done = await atMost(
      () => limits().vmsAtOnce,
      vms,
      async (vm) => {
        if (signal.aborted) return undefined;
        return runVm({ ...context, signal, lent, load, lock, doubts }, vm, points);
      },
    );
    runs = done.filter((vm) => vm !== undefined);
    // A VM that never began cannot say itself that the run was cancelled.
    return finish(done.includes(undefined) ? 'cancelled' : worstOf(runs));
  } catch (thrown) {
    // Why the run was stopped counts, not what broke when it was.
    const error: unknown = signal.aborted ? signal.reason : thrown;
    if (hasCode(error, 'input/cancelled')) finish('cancelled');
    else finish('failed', error);
    throw error;
  } finally {
    keeper.stop();
    await lent.close();
    await held?.release();
  }
}

type Cleaning = Pick<RunContext, 'hypervisor' | 'journal' | 'repository' | 'run' | 'signal'>;

/**
 * What runs left that ended without cleaning up. A failure is told and does not stop the run: the gate will see it. A host that still
 * merges is waited for where the VM is wanted. What a run has made of which this console knows nothing may be another console's, and in use.
 */
async function cleanResidue(context: Cleaning, { vms }: BackupWanted, residue: readonly Residue[]): Promise<void> {
  const { hypervisor, journal, run, signal } = context;
  const left = residue.filter((item) => item.kind !== 'reference-point' && item.run !== run && !journal.isAlive(item.run));
  for (const item of left) {
    if (item.kind !== 'ledger' && !journal.isOver(item.run)) {
      journal.step(run, item.vm, hostStep('recover', 'warning', unknownLeft(item)));
      continue;
    }
    const wait = vms.some((name) => isNamed(item, name));
    try {
      await hypervisor.cleanResidue(item, { signal, wait });
      journal.step(run, item.vm, hostStep('recover', 'done', `${item.kind} of run ${item.run} cleaned`));
    } catch (error) {
      if (signal.aborted) throw error;
      const state = !wait && hasCode(error, 'host/merge-timeout') ? 'warning' : 'failed';
      journal.step(run, item.vm, hostStep('recover', state, asHostkeepError(error).message));
    }
  }
}

/** One that cannot be dropped is tried again by the next run, and no run depends on it. */
async function dropPoints(
  { hypervisor, journal, repository, run, signal }: Cleaning,
  residue: readonly Residue[],
): Promise<void> {
  for (const { item, why } of unneededPoints(residue, journal, repository.clock.now())) {
    try {
      await hypervisor.cleanResidue(item, { signal });
      journal.step(run, item.vm, hostStep('recover', 'done', why));
    } catch (error) {
      if (signal.aborted) throw error;
      journal.step(run, item.vm, hostStep('recover', 'warning', asHostkeepError(error).message));
    }
  }
}

function unknownLeft({ kind, run }: Residue): string {
  return `${kind} of run ${run} left alone: it may be another console's. If that is gone: hostkeep host check --clean`;
}

function selectVms(vms: readonly VmFacts[], wanted: readonly string[]): readonly VmFacts[] {
  // Named twice, in other letters or also by its id, a VM is backed up once.
  return [...new Set(wanted.map((name) => pickVm(vms, name)))];
}

/** The VM that a name or an id means. @throws HostkeepError host/vm-not-found, input/ambiguous */
export function pickVm(vms: readonly VmFacts[], name: string): VmFacts {
  const found = vms.filter((vm) => isNamed({ vmId: vm.id, vm: vm.name }, name));
  if (found.length > 1) throw new HostkeepError('input/ambiguous', { vm: name, ids: found.map((vm) => vm.id) });
  if (found[0] === undefined) throw new HostkeepError('host/vm-not-found', { vm: name });
  return found[0];
}

function isNamed({ vm, vmId }: { readonly vm: string; readonly vmId: string }, name: string): boolean {
  return vmId === name.toLowerCase() || vm.toLowerCase() === name.toLowerCase();
}

function worstOf(runs: readonly VmRun[]): RunResult {
  const order = ['cancelled', 'failed', 'warning'] as const;
  return order.find((result) => runs.some((vm) => vm.outcome.result === result)) ?? 'success';
}

export function outcomeOf(
  runs: readonly VmRun[],
  of: Pick<BackupOutcome, 'run' | 'result' | 'durationMs' | 'cost'>,
): BackupOutcome {
  return {
    run: of.run,
    result: of.result,
    points: runs.flatMap((vm) => vm.outcome.point ?? []),
    readBytes: runs.reduce((sum, vm) => sum + vm.readBytes, 0),
    newBytes: runs.reduce((sum, vm) => sum + vm.newBytes, 0),
    skippedBytes: runs.reduce((sum, vm) => sum + vm.skippedBytes, 0),
    durationMs: of.durationMs,
    cost: of.cost,
    vms: runs.map((vm) => vm.outcome),
  };
}
