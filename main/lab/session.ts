import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { hasCode, HostkeepError, type Consistency, type StepName, type StepReport } from '#contract';
import type { BackupRequest, BackupSession, ChangedRanges, Clock, Completion } from '#engine/ports';
import { makeCheckpoint, mergeCheckpoint } from './checkpoint.ts';
import { takeFault, type FaultKind } from './faults.ts';
import { truncateLogs } from './guest.ts';
import { definitionOf } from './definition.ts';
import { parentsOf } from './kept-checkpoint.ts';
import { readLab, updateLab, updateVm, type LabCheckpoint } from './state.ts';
import type { LabVm } from './vms.ts';

export interface LabBackup {
  readonly home: string;
  readonly vm: LabVm;
  readonly request: BackupRequest;
  readonly report: (step: StepReport) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

const hresults = { retryable: 0x800423f3, failed: 0x800423f4, checkpoint: 0x80048054 } as const;
const guestRequester = 'integration components (requester)';
const attempts = 3;
const retryPauseMs = 500;
/** How long the lab waits for a merge that hangs. */
const mergeWaitMs = 500;

/** The recursive conversation up to the checkpoint. */
export async function beginLabBackup(backup: LabBackup): Promise<BackupSession> {
  const { report, vm } = backup;
  const reached = await comeToRest(backup);
  report({ step: 'checkpoint', side: 'host', actor: 'Hyper-V', state: 'started' });
  const fault = await faultAt(backup, 'checkpoint');
  if (fault === 'checkpoint-failed') {
    report({ step: 'checkpoint', side: 'host', actor: 'Hyper-V', state: 'failed', hresult: hresults.checkpoint });
    throw new HostkeepError('host/checkpoint-failed', { vm: vm.name, hresult: hresults.checkpoint });
  }
  if (backup.signal.aborted) throw new HostkeepError('input/cancelled');
  const checkpoint = await makeCheckpoint(backup.home, vm, backup.request.run);
  report({
    step: 'checkpoint',
    side: 'host',
    actor: 'Hyper-V',
    state: 'done',
    detail: `recovery checkpoint, ${reached.consistency} consistency`,
  });
  const takenAt = backup.clock.now();
  const state = (await readLab(backup.home)).vms[vm.name]!;
  const changed = await changesSince(backup, fault === 'tracking-lost');
  return {
    consistency: reached.consistency,
    proven: true,
    atRest: reached.consistency !== 'crash',
    consistencyNote: reached.note,
    takenAt,
    disks: checkpoint.frozen.map((path, index) => ({
      index,
      label: basename(path),
      source: { format: 'vhdx', path, parents: parentsOf(state, index, path) },
      changed: changed[index]!,
    })),
    definition: definitionOf(vm),
    complete: () => complete(backup, { checkpoint, consistency: reached.consistency, takenAt }),
    async abort(reason) {
      report({ step: 'release', side: 'host', actor: 'Hyper-V', state: 'started', detail: `undone: ${reason}` });
      await mergeCheckpoint(backup.home, vm);
      report({ step: 'release', side: 'host', actor: 'Hyper-V', state: 'done' });
    },
  };
}

interface Reached {
  readonly consistency: Consistency;
  readonly note: string | null;
}

/** As the Hyper-V host layer does it: what VSS calls retryable is tried again after a pause; what stays is a matter of the policy. */
async function comeToRest(backup: LabBackup): Promise<Reached> {
  const last = (backup.request.attempt ?? 0) > 0 ? 1 : attempts;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await prepareGuest(backup);
    } catch (error) {
      if (!hasCode(error, 'host/vss-writer-retryable')) throw error;
      const { step, writer } = error.details as { step: StepName; writer: string };
      if (attempt === last) return lowered(backup, error, `${writer} was not ready after ${attempt} attempts`);
      const detail = `VSS calls this retryable; trying again in ${retryPauseMs / 1000} s`;
      backup.report({ step, side: 'host', actor: 'Hyper-V', state: 'warning', detail, hresult: hresults.retryable });
      await backup.clock.sleep(retryPauseMs, backup.signal);
    }
  }
}

/** A checkpoint without the guest, where the policy allows it. */
function lowered({ request }: LabBackup, error: HostkeepError, note: string): Reached {
  if (request.policy === 'require') throw error;
  return { consistency: 'crash', note };
}

/** Enumerate, prepare, flush, ready: host first, then every writer in the guest. */
async function prepareGuest(backup: LabBackup): Promise<Reached> {
  const { vm, report } = backup;
  const actors = vm.guestOs === 'windows' ? vm.writers : ['hv_vss_daemon'];
  const steps: readonly StepName[] = ['enumerate-writers', 'prepare', 'flush', 'ready'];
  for (const step of steps) {
    if (backup.signal.aborted) throw new HostkeepError('input/cancelled');
    report({ step, side: 'host', actor: 'Hyper-V writer', state: 'done' });
    report({ step, side: 'guest', actor: guestRequester, state: 'started' });
    const fault = await faultAt(backup, step);
    const broken = actors.at(-1)!;
    for (const actor of actors.filter((name) => fault === undefined || name !== broken))
      report({ step, side: 'guest', actor, state: 'done' });
    if (fault === undefined) continue;
    const retryable = fault === 'writer-retryable';
    report({ step, side: 'guest', actor: broken, state: 'failed', hresult: retryable ? hresults.retryable : hresults.failed });
    if (retryable)
      throw new HostkeepError('host/vss-writer-retryable', { vm: vm.name, writer: broken, step, hresult: hresults.retryable });
    const failure = new HostkeepError('host/vss-writer-failed', { vm: vm.name, writer: broken, step, hresult: hresults.failed });
    return lowered(backup, failure, `${broken} failed at ${step}`);
  }
  return {
    consistency: vm.reachable,
    note: vm.reachable === 'application' ? null : 'a Linux guest has no writers; its file systems were frozen',
  };
}

async function faultAt(backup: LabBackup, step: StepName): Promise<FaultKind | undefined> {
  const fault = await takeFault(backup.home, step, backup.vm.name);
  if (fault !== 'host-vanish') return fault;
  backup.report({ step, side: 'host', state: 'failed', detail: 'the host does not answer' });
  throw new HostkeepError('host/unreachable', { host: 'LAB-HOST', step });
}

async function changesSince(backup: LabBackup, lost: boolean): Promise<readonly ChangedRanges[]> {
  const { vm, request } = backup;
  const unknown = (reason: string): readonly ChangedRanges[] => vm.disks.map(() => ({ known: false, reason }));
  if (request.since === null) return unknown('no earlier run of this console to this repository is known');
  if (lost) return unknown('the host has lost its change tracking');
  const state = (await readLab(backup.home)).vms[vm.name]!;
  const point = state.referencePoints.find((candidate) => candidate.id === request.since);
  if (point === undefined) return unknown('the reference point is gone from the host');
  return point.changed.map((ranges) => ({ known: true, ranges }));
}

interface Completing {
  readonly checkpoint: LabCheckpoint;
  readonly consistency: Consistency;
  readonly takenAt: number;
}

/** After the restore point is safe: success to the guest, reference point, merge. */
async function complete(backup: LabBackup, { checkpoint, consistency, takenAt }: Completing): Promise<Completion> {
  const { home, vm, report, request } = backup;
  await faultAt(backup, 'post-backup');
  const logsTruncated = await tellGuest(backup, consistency);
  const referencePoint = randomUUID();
  report({
    step: 'release',
    side: 'host',
    actor: 'Hyper-V',
    state: 'started',
    detail: 'checkpoint becomes a reference point, disks merge',
  });
  const fault = await faultAt(backup, 'release');
  if (fault === 'merge-hang') {
    await backup.clock.sleep(mergeWaitMs);
    report({ step: 'release', side: 'host', actor: 'Hyper-V', state: 'failed', detail: 'the merge did not end' });
    throw new HostkeepError('host/merge-timeout', { vm: vm.name, waitedMs: mergeWaitMs });
  }
  const { repository, run } = request;
  await updateLab(home, (lab) =>
    updateVm(lab, vm.name, (old) => ({
      ...old,
      referencePoints: [
        ...old.referencePoints.filter((one) => one.repository !== undefined && one.repository !== repository),
        { id: referencePoint, run, repository, at: takenAt, changed: old.checkpoint?.changed ?? checkpoint.changed },
      ],
    })),
  );
  await mergeCheckpoint(home, vm);
  report({ step: 'release', side: 'host', actor: 'Hyper-V', state: 'done' });
  return { referencePoint, logsTruncated, goesOn: null, unconfirmed: null };
}

async function tellGuest(backup: LabBackup, consistency: Consistency): Promise<boolean> {
  const { home, vm, report, request } = backup;
  const step = 'post-backup';
  report({ step, side: 'guest', actor: guestRequester, state: 'done', detail: 'backup complete' });
  if (!request.truncateLogs || consistency !== 'application') return false;
  let truncated = false;
  for (const disk of vm.disks.keys()) truncated = (await truncateLogs({ home, vm, disk })) || truncated;
  if (truncated) report({ step, side: 'guest', actor: vm.writers.at(-1)!, state: 'done', detail: 'transaction log truncated' });
  return truncated;
}
