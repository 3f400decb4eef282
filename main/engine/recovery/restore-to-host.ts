import {
  asHostkeepError,
  hasCode,
  toErrorData,
  type OnProgress,
  type RestoreOutcome,
  type RestorePoint,
  type RunId,
  type RunKind,
  type RunResult,
  type StepReport,
} from '#contract';
import type { RunJournal } from '#engine/backup';
import type { Hypervisor, RestoredOnHost, RestoreSession, VmRestorer } from '#engine/ports';
import { diskOf, type Repository } from '#engine/repository';
import { restoreDisk } from './restore/restore-disk.ts';

export interface HostRestore {
  readonly repository: Repository;
  readonly point: RestorePoint;
  readonly hypervisor: Hypervisor;
  readonly restorer: VmRestorer;
  readonly hostName: string;
  readonly journal: RunJournal;
  readonly run: RunId;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

export interface VmWanted {
  readonly folder: string;
  /** Null: as it was called. */
  readonly name: string | null;
  readonly newIdentity: boolean;
  readonly rebuild: boolean;
  readonly replaceExisting: boolean;
  readonly disconnectNetwork: boolean;
  readonly start: boolean;
}

/** Brings a whole VM back onto a host, as a run whose steps are kept. A failure is the run's outcome. */
export function restoreVmToHost(context: HostRestore, wanted: VmWanted): Promise<RestoreOutcome> {
  const { point, restorer, run, signal } = context;
  const disks = point.disks.map(({ index, label, sizeBytes }) => ({ index, label, sizeBytes }));
  const request = { ...wanted, run, vmId: point.vmId, name: wanted.name ?? point.vm, definition: point.definition, disks };
  return asRun(context, 'restore-vm', (report) => restorer.beginVm(request, report, signal));
}

/** Puts one disk of a restore point in the place of a VM's disk; the old one is kept. */
export function restoreDiskToHost(
  context: HostRestore,
  wanted: { readonly vmId: string; readonly disk: number; readonly pointDisk: number },
): Promise<RestoreOutcome> {
  const { point, restorer, run, signal } = context;
  const { sizeBytes } = diskOf(point, wanted.pointDisk);
  const request = { run, vmId: wanted.vmId, disk: wanted.disk, sizeBytes };
  return asRun(context, 'restore-disk', async (report) => {
    const session = await restorer.beginDisk(request, report, signal);
    // The file is named for the disk of the VM; its content is a disk of the point, which may sit elsewhere in the list.
    return { ...session, targets: session.targets.map((target) => ({ ...target, index: wanted.pointDisk })) };
  });
}

async function asRun(
  context: HostRestore,
  kind: RunKind,
  begin: (report: (step: StepReport) => void) => Promise<RestoreSession>,
): Promise<RestoreOutcome> {
  const { journal, repository, run, point } = context;
  const startedAt = repository.clock.now();
  const report = (step: StepReport): void => journal.step(run, point.vm, step);
  journal.begin({ id: run, kind, startedAt, pid: process.pid, repository: repository.id, vms: [point.vm] });
  const finish = (result: RunResult, done: RestoredOnHost | null, error: unknown): RestoreOutcome => {
    const outcome: RestoreOutcome = {
      run,
      result,
      point: point.id,
      host: context.hostName,
      vm: done === null ? null : { id: done.vmId, name: done.name },
      files: done?.files ?? [],
      warnings: done?.warnings ?? [],
      durationMs: Math.max(0, repository.clock.now() - startedAt),
      error: error === null ? null : toErrorData(error),
    };
    journal.end(run, result, outcome);
    return outcome;
  };
  try {
    await cleanOldRestores(context, report);
    const done = await throughSession(context, await begin(report), report);
    return finish(done.warnings.length > 0 ? 'warning' : 'success', done, null);
  } catch (error) {
    return finish(hasCode(error, 'input/cancelled') || context.signal.aborted ? 'cancelled' : 'failed', null, error);
  }
}

async function throughSession(
  context: HostRestore,
  session: RestoreSession,
  report: (step: StepReport) => void,
): Promise<RestoredOnHost> {
  const { repository, point, signal } = context;
  const total = session.targets.reduce((sum, { index }) => sum + diskOf(point, index).sizeBytes, 0);
  let before = 0;
  try {
    for (const { index, path, hostPath } of session.targets) {
      const said = { step: 'write-disks', side: 'console', actor: `disk ${index}` } as const;
      report({ ...said, state: 'started', detail: hostPath });
      const onProgress: OnProgress = (progress) =>
        context.onProgress({ phase: 'restore', doneBytes: before + progress.doneBytes, totalBytes: total });
      await restoreDisk(repository, point, index, { to: path, format: 'vhdx', onProgress, signal });
      before += diskOf(point, index).sizeBytes;
      report({ ...said, state: 'done' });
    }
    return await session.complete();
  } catch (error) {
    await takeBack(session, asHostkeepError(error).message, report);
    throw error;
  }
}

/** What cannot be taken back now is residue, cleaned later; the restore's own failure is what counts. */
async function takeBack(session: RestoreSession, reason: string, report: (step: StepReport) => void): Promise<void> {
  try {
    await session.abort(reason);
  } catch (error) {
    report({ step: 'undo', side: 'host', state: 'failed', detail: asHostkeepError(error).message });
  }
}

/** What restores left that died. One that cannot be cleaned is told; this restore does not depend on it. */
async function cleanOldRestores({ hypervisor, journal, run }: HostRestore, report: (step: StepReport) => void): Promise<void> {
  for (const item of await hypervisor.listResidue()) {
    if (item.kind !== 'restore' || item.run === run || !journal.isOver(item.run)) continue;
    try {
      await hypervisor.cleanResidue(item);
      report({
        step: 'recover',
        side: 'host',
        state: 'done',
        detail: `unfinished restore of ${item.vm} removed (run ${item.run})`,
      });
    } catch (error) {
      report({ step: 'recover', side: 'host', state: 'warning', detail: asHostkeepError(error).message });
    }
  }
}
