import { win32 } from 'node:path';
import {
  asHostkeepError,
  HostkeepError,
  hasCode,
  type Consistency,
  type DefinitionFile,
  type StepName,
  type StepReport,
} from '#contract';
import type { BackupRequest, BackupSession, Completion, OnReached, SessionDisk } from '#engine/ports';
import { retryableFailures } from './failures.ts';
import { factsName } from './definition-facts.ts';
import { reachablePath, type HostOptions } from './host-options.ts';
import type { FrozenDisk } from './operations/frozen-disk.ts';
import type { HostAnswer, VmAnswer } from './operations/discover.ts';
import { guestOsOf } from './vm-facts.ts';

export interface HostBackup {
  readonly options: HostOptions;
  readonly host: HostAnswer;
  readonly vm: VmAnswer;
  readonly request: BackupRequest;
  readonly report: (step: StepReport) => void;
  readonly signal: AbortSignal;
}

export const guestRequester = 'integration components (requester)';

export interface Reached {
  readonly consistency: Consistency;
  readonly note: string | null;
}

/** What both paths end in once the guest is at rest. */
export interface Frozen extends Reached {
  /** False where Hyper-V says only at completion whether the guest took part. */
  readonly proven: boolean;
  /** When the disks came to stand still, by the console's clock. */
  readonly takenAt: number;
  readonly disks: readonly FrozenDisk[];
  readonly definition: readonly DefinitionFile[];
  complete(onReached?: OnReached): Promise<Completion>;
  abort(): Promise<void>;
}

export function sessionOf(backup: HostBackup, frozen: Frozen): BackupSession {
  const { options, report, vm } = backup;
  const release = { step: 'release', side: 'host', actor: 'Hyper-V' } as const;
  return {
    consistency: frozen.consistency,
    proven: frozen.proven,
    atRest: frozen.consistency !== 'crash' && vm.state !== 'Off',
    consistencyNote: frozen.note,
    takenAt: frozen.takenAt,
    disks: frozen.disks.map((disk, index) => sessionDisk(options, disk, index)),
    definition: [...frozen.definition, factsFile(vm)],
    async complete(onReached) {
      report({ ...release, state: 'started' });
      try {
        const done = await frozen.complete(onReached);
        report({ ...release, state: 'done' });
        return done;
      } catch (error) {
        report({ ...release, state: 'failed', ...hresultOf(error) });
        throw error;
      }
    },
    async abort(reason) {
      report({ ...release, state: 'started', detail: `undone: ${reason}` });
      await frozen.abort();
      report({ ...release, state: 'done' });
    },
  };
}

/** @throws HostkeepError host/consistency-not-reached where the job requires more */
export function assertWanted({ request, vm }: HostBackup, { consistency, note }: Reached): void {
  if (consistency === 'crash' && request.policy === 'require')
    throw new HostkeepError('host/consistency-not-reached', { vm: vm.name, says: note ?? '' });
}

/** Of a VM that was off when it was looked at; somebody may start it before its disks are frozen. */
export function offReached(stayedOff: boolean): Reached {
  if (stayedOff) return { consistency: 'file-system', note: 'the VM was off; its disks are as its last shutdown left them' };
  return { consistency: 'crash', note: 'the VM was off and was started meanwhile: its guest had no part' };
}

/** What cannot be handed over is taken back: a guest must not stay frozen for nobody. */
export async function orAbort<Result>(
  { report }: HostBackup,
  frozen: Pick<Frozen, 'abort'>,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    // What cannot be undone stays in the ledger for the next run; the failure that counts is the first one.
    await frozen
      .abort()
      .catch((cause: unknown) =>
        report({ step: 'release', side: 'host', actor: 'Hyper-V', state: 'failed', detail: asHostkeepError(cause).message }),
      );
    throw error;
  }
}

export function hresultOf(error: unknown): { readonly hresult?: number } {
  const number = error instanceof HostkeepError ? error.details['hresult'] : undefined;
  return typeof number === 'number' && number > 0 ? { hresult: number } : {};
}

function sessionDisk({ address }: HostOptions, disk: FrozenDisk, index: number): SessionDisk {
  if (disk.format !== 'VHDX') throw new HostkeepError('host/disk-not-protected', { path: disk.path, format: disk.format });
  return {
    index,
    label: win32.basename(disk.path),
    source: {
      format: 'vhdx',
      path: reachablePath(address, disk.path),
      parents: disk.parents.map((path) => reachablePath(address, path)),
    },
    changed: disk.changed,
  };
}

/** What a restore needs where Hyper-V's own files cannot be used: a VM is made anew from it. */
function factsFile(vm: VmAnswer): DefinitionFile {
  const { id, name, generation, version, memoryBytes, processors, networks } = vm;
  // Disks that no backup holds are not counted: slots and disks of a restore point go side by side.
  const disks = vm.disks
    .filter((disk) => !disk.passThrough && !disk.shared)
    .map(({ controller, number, location, path }) => ({
      controller,
      number,
      location,
      file: win32.basename(path),
    }));
  const facts = { id, name, generation, version, guestOs: guestOsOf(vm), memoryBytes, processors, networks, disks };
  return { name: factsName, contentBase64: Buffer.from(`${JSON.stringify(facts, null, 2)}\n`).toString('base64') };
}

/** Tries again what VSS calls retryable, with a pause; the reason is told. Not where a job comes back for it anyway. */
export async function withRetries<Result>(backup: HostBackup, step: StepName, act: () => Promise<Result>): Promise<Result> {
  const { clock, limits } = backup.options;
  const retries = (backup.request.attempt ?? 0) > 0 ? 0 : limits.retries;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      if (attempt >= retries || !hasCode(error, ...retryableFailures)) throw error;
      const detail = `VSS calls this retryable; trying again in ${Math.round(limits.retryPauseMs / 1000)} s`;
      backup.report({ step, side: 'host', actor: 'Hyper-V', state: 'warning', detail, ...hresultOf(error) });
      await clock.sleep(limits.retryPauseMs, backup.signal);
    }
  }
}

/** Percentages of a job of Hyper-V, as steps: one a quarter, so that the conversation stays one. */
export function quarters({ report }: HostBackup, step: StepName): (phase: string, percent: number) => void {
  let told = '';
  return (phase, percent) => {
    const quarter = Math.floor(percent / 25) * 25;
    const detail = phase === 'merge' ? 'the disks are being merged' : `${phase}: ${quarter} %`;
    if (detail === told || (quarter === 0 && phase !== 'merge')) return;
    told = detail;
    report({ step, side: 'host', actor: 'Hyper-V', state: 'started', detail });
  };
}
