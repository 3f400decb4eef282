import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { array, boolean, exactOptional, lazy, nullable, object, picklist, record, string } from 'valibot';
import type { RecoveryPhase } from '#engine/ports';
import { writeDurably } from '#files';
import { acceptJson, byteRangeSchema, count, HostkeepError, type ByteRange, type RunId, type Schema } from '#contract';

/** What the lab host knows of itself; one JSON file, replaced as a whole. */
export interface LabState {
  readonly day: number;
  readonly vms: Readonly<Record<string, VmLabState>>;
  readonly faults: readonly Fault[];
  /** VMs that restores have brought, by name; their disks are in `vms`. */
  readonly restored?: Readonly<Record<string, RestoredVm>>;
  /** Restores that have begun and not ended, by run. */
  readonly restores?: Readonly<Record<RunId, PendingRestore>>;
  /** VMs that run from disks that are served over iSCSI, by the run that began them. */
  readonly recoveries?: Readonly<Record<RunId, LabRecovery>>;
}

export interface RestoredVm {
  readonly id: string;
  readonly memoryMegabytes: number;
  readonly connected: boolean;
}

export interface PendingRestore {
  readonly kind: 'vm' | 'disk';
  readonly vmId: string | null;
  readonly vm: string;
  /** The folder of the VM, or the file of the disk. */
  readonly place: string;
}

export interface LabRecovery {
  readonly by: RunId;
  readonly phase: RecoveryPhase;
  readonly vmId: string | null;
  readonly vm: string;
  readonly folder: string;
  /** What the lab's initiator logs in with; it keeps it as that of Windows does. */
  readonly target: LabTarget | null;
  readonly connected: boolean;
  readonly running: boolean;
  readonly startedAt: number;
  /** Local disks, once they are being written. */
  readonly files: readonly string[];
}

export interface LabTarget {
  readonly address: string;
  readonly port: number;
  readonly iqn: string;
  readonly chap: { readonly user: string; readonly secret: string } | null;
  /** Serial numbers, in the order of the VM's disks. */
  readonly serials: readonly string[];
}

export interface VmLabState {
  /** File that the guest writes to, per disk: the disk, or the checkpoint's child. */
  readonly heads: readonly string[];
  readonly checkpoint: LabCheckpoint | null;
  readonly referencePoints: readonly ReferencePoint[];
  readonly off?: boolean;
  /** Checkpoints that the administrator keeps: the files that each has frozen, oldest first. */
  readonly kept?: readonly (readonly string[])[];
}

export interface LabCheckpoint {
  readonly id: string;
  readonly run: RunId;
  /** The disks that were frozen, and the children that were made over them. */
  readonly frozen: readonly string[];
  readonly children: readonly string[];
  /** Changed on each disk since the checkpoint. */
  readonly changed: readonly (readonly ByteRange[])[];
}

export interface ReferencePoint {
  readonly id: string;
  readonly run: RunId;
  /** Whose next run starts from it, and when its checkpoint was made. */
  readonly repository?: string;
  readonly at?: number;
  /** Changed on each disk since. */
  readonly changed: readonly (readonly ByteRange[])[];
}

export interface Fault {
  readonly step: string;
  readonly kind: string;
  readonly vm: string | null;
  readonly times: number;
}

const changedSchema = array(array(byteRangeSchema));
const vmSchema: Schema<VmLabState> = object({
  heads: array(string()),
  checkpoint: nullable(
    object({ id: string(), run: string(), frozen: array(string()), children: array(string()), changed: changedSchema }),
  ),
  referencePoints: array(
    object({
      id: string(),
      run: string(),
      repository: exactOptional(string()),
      at: exactOptional(count),
      changed: changedSchema,
    }),
  ),
  off: exactOptional(boolean()),
  kept: exactOptional(array(array(string()))),
});
const labSchema: Schema<LabState> = object({
  day: count,
  vms: record(string(), vmSchema),
  faults: array(object({ step: string(), kind: string(), vm: nullable(string()), times: count })),
  restored: exactOptional(record(string(), object({ id: string(), memoryMegabytes: count, connected: boolean() }))),
  restores: exactOptional(
    record(string(), object({ kind: picklist(['vm', 'disk']), vmId: nullable(string()), vm: string(), place: string() })),
  ),
  recoveries: exactOptional(
    record(
      string(),
      lazy(() => recoverySchema),
    ),
  ),
});

const recoverySchema: Schema<LabRecovery> = object({
  by: string(),
  phase: picklist(['starting', 'running', 'finalising', 'switching', 'discarding']),
  vmId: nullable(string()),
  vm: string(),
  folder: string(),
  target: nullable(
    object({
      address: string(),
      port: count,
      iqn: string(),
      chap: nullable(object({ user: string(), secret: string() })),
      serials: array(string()),
    }),
  ),
  connected: boolean(),
  running: boolean(),
  startedAt: count,
  files: array(string()),
});

export function labFolder(home: string): string {
  return join(home, 'lab');
}

/** @throws HostkeepError lab/not-created, lab/state-damaged */
export async function readLab(home: string): Promise<LabState> {
  const path = join(labFolder(home), 'lab.json');
  return acceptJson(labSchema, await readText(path), { code: 'lab/state-damaged', details: { path } });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      throw new HostkeepError('lab/not-created', {}, cause);
    throw cause;
  }
}

/** Changes the state under a lock, so that several commands can use one lab. */
export async function updateLab(home: string, change: (state: LabState) => LabState): Promise<LabState> {
  const release = await lockLab(home);
  try {
    const next = change(await readLab(home));
    await writeLab(home, next);
    return next;
  } finally {
    await release();
  }
}

export function writeLab(home: string, state: LabState): Promise<void> {
  return writeDurably(join(labFolder(home), 'lab.json'), JSON.stringify(state));
}

export function updateVm(state: LabState, name: string, change: (vm: VmLabState) => VmLabState): LabState {
  const vm = state.vms[name];
  if (vm === undefined) throw new HostkeepError('host/vm-not-found', { vm: name });
  return { ...state, vms: { ...state.vms, [name]: change(vm) } };
}

const lockStaleMs = 10_000;
const lockTries = 400;

/** A folder as lock; one whose holder has died is taken over after a while. */
async function lockLab(home: string): Promise<() => Promise<void>> {
  const path = join(labFolder(home), 'lock');
  for (let attempt = 0; attempt < lockTries; attempt += 1) {
    try {
      await mkdir(path);
      return () => rm(path, { recursive: true, force: true });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT') throw new HostkeepError('lab/not-created', {}, error);
      if (code !== 'EEXIST') throw error;
    }
    await removeStale(path);
    await sleep(25);
  }
  throw new HostkeepError('host/unreachable', { lab: 'locked by another command' });
}

async function removeStale(path: string): Promise<void> {
  const age = await stat(path).then(
    (found) => Date.now() - found.mtimeMs,
    () => 0,
  );
  if (age > lockStaleMs) await rm(path, { recursive: true, force: true });
}
