/** VMs of the lab that run from disks served over iSCSI. Their guests do not run, but they boot: what they say of themselves is what they can read. */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { HostkeepError, type RunId, type StepName } from '#contract';
import { makeFolders } from '#files';
import type { FinaliseSession, HostedRecovery, ServedDisks, VmFacts, VmLook, VmRecoverer } from '#engine/ports';
import { bootOnce, drawScreen, readsItsDisks, withTarget } from './boot.ts';
import { takeFault } from './faults.ts';
import { labInitiator } from './iscsi/session.ts';
import { exists, markName, say, type Report } from './placing.ts';
import { readLab, updateLab, type LabRecovery, type LabState } from './state.ts';
import { vmsOf } from './vms.ts';

export function labRecoverer(home: string): VmRecoverer {
  return {
    async begin(request, report, signal) {
      signal.throwIfAborted();
      const { run, name } = request;
      const folder = join(request.folder, basename(name));
      say(report, 'place', 'started');
      refuseTaken(await readLab(home), name);
      if (!isAbsolute(folder))
        throw new HostkeepError('input/invalid', {
          folder: request.folder,
          why: 'a whole path on the host, from its root or drive',
        });
      if (await exists(folder)) throw new HostkeepError('host/folder-taken', { folder });
      await put(home, run, {
        by: run,
        phase: 'starting',
        vmId: null,
        vm: name,
        folder,
        target: null,
        connected: false,
        running: false,
        startedAt: 0,
        files: [],
      });
      await makeFolders(folder);
      await writeFile(join(folder, markName), run);
      say(report, 'place', 'done', folder);
      return {
        initiator: labInitiator,
        run: (disks) => runOn(home, { run, name, start: request.start, network: request.network, report }, disks, request.disks),
        async abort(reason) {
          say(report, 'discard', 'started', reason);
          await undoRecovery(home, run);
          say(report, 'discard', 'done');
        },
      };
    },
    list: async () =>
      Object.entries((await readLab(home)).recoveries ?? {}).map(([run, { by, phase, vmId, vm }]): HostedRecovery => ({
        run,
        by,
        phase,
        vmId,
        vm,
      })),
    look: async (run, picture) => lookAt(home, await recoveryOf(home, run), picture),
    async beginFinalise({ run, by, disks }, report) {
      const recovery = await recoveryOf(home, run);
      if (recovery.phase !== 'running') throw new HostkeepError('host/recovery-busy', { vm: recovery.vm, phase: recovery.phase });
      const folder = join(recovery.folder, 'Virtual Hard Disks');
      say(report, 'place', 'started');
      const files = disks.map(({ index }) => ({ index, path: join(folder, `disk${index}.vhdx`) }));
      await change(home, run, (old) => ({ ...old, phase: 'finalising', by, files: files.map((file) => file.path) }));
      await makeFolders(folder);
      say(report, 'place', 'done', folder);
      return finaliseSession(home, run, files, report);
    },
    async discard({ run, by }, report) {
      const recovery = (await readLab(home)).recoveries?.[run];
      if (recovery === undefined) return;
      if (recovery.phase === 'switching') throw new HostkeepError('host/recovery-busy', { vm: recovery.vm, phase: 'switching' });
      say(report, 'discard', 'started');
      await change(home, run, (old) => ({ ...old, phase: 'discarding', by }));
      await undoRecovery(home, run);
      say(report, 'discard', 'done', 'VM, connection and folder are gone');
    },
  };
}

interface Starting {
  readonly run: RunId;
  readonly name: string;
  readonly start: boolean;
  readonly network: string | null;
  readonly report: Report;
}

async function runOn(
  home: string,
  { run, name, start, network, report }: Starting,
  { units, address, port, iqn, chap }: ServedDisks,
  disks: readonly { readonly index: number }[],
): Promise<{ readonly vmId: string; readonly name: string; readonly warnings: readonly string[] }> {
  const serials = disks.map(({ index }) => units.find((unit) => unit.disk === index)?.serial ?? '');
  const target = { address, port, iqn, chap, serials };
  await change(home, run, (old) => ({ ...old, target }));
  say(report, 'connect-target', 'started', `${address}:${port}`);
  await fault(home, 'connect-target', name);
  // The login, and every disk by its serial number.
  await withTarget(target, async () => undefined);
  await change(home, run, (old) => ({ ...old, connected: true }));
  say(report, 'connect-target', 'done', `${serials.length} disks, offline on the host`);
  const vmId = randomUUID();
  say(report, 'define-vm', 'started');
  await fault(home, 'define-vm', name);
  await change(home, run, (old) => ({ ...old, vmId }));
  say(report, 'define-vm', 'done', `identity ${vmId}`);
  say(report, 'attach-disks', 'done', `${serials.length} disks, directly from the backup storage`);
  say(report, 'network', 'done', network === null ? 'disconnected' : `connected to ${network}`);
  if (start) {
    say(report, 'start-vm', 'started');
    await fault(home, 'start-vm', name);
    await bootOnce(target);
    say(report, 'start-vm', 'done');
  }
  await change(home, run, (old) => ({ ...old, phase: 'running', running: start, startedAt: start ? Date.now() : 0 }));
  return { vmId, name, warnings: [] };
}

async function lookAt(home: string, recovery: LabRecovery, picture: boolean): Promise<VmLook> {
  const { running, target, startedAt, vm } = recovery;
  if (!running || startedAt === 0 || target === null) return { state: 'off', heartbeat: 'off', uptimeMs: 0, picture: null };
  const silent = (await takeFault(home, 'heartbeat', vm)) !== undefined;
  const reads = await readsItsDisks(target);
  return {
    state: 'running',
    heartbeat: silent ? 'none' : reads === null ? 'lost' : reads.length > 0 ? 'ok' : 'none',
    uptimeMs: Math.max(1, Date.now() - startedAt),
    picture: picture ? drawScreen(reads ?? []) : null,
  };
}

function finaliseSession(
  home: string,
  run: RunId,
  files: readonly { readonly index: number; readonly path: string }[],
  report: Report,
): FinaliseSession {
  return {
    targets: files.map(({ index, path }) => ({ index, path, hostPath: path })),
    async stop() {
      const { vm } = await recoveryOf(home, run);
      say(report, 'stop-vm', 'started');
      if ((await takeFault(home, 'stop-vm', vm)) !== undefined) throw new HostkeepError('host/guest-not-stopping', { vm });
      await change(home, run, (old) => ({ ...old, startedAt: 0 }));
      say(report, 'stop-vm', 'done');
    },
    async complete() {
      const { vm, vmId, files: paths } = await recoveryOf(home, run);
      say(report, 'switch-disks', 'started');
      await switchDisks(home, run);
      say(report, 'switch-disks', 'done', `${paths.length} local disks`);
      return { vmId: vmId!, name: vm, files: paths };
    },
    async abort(reason) {
      say(report, 'undo', 'started', reason);
      await clearLabRecovery(home, run);
      say(report, 'undo', 'done');
    },
  };
}

/** The VM becomes one of the host's like any other. Can be done again when it was cut off. */
async function switchDisks(home: string, run: RunId): Promise<void> {
  await change(home, run, (old) => ({ ...old, phase: 'switching' }));
  const { folder } = await recoveryOf(home, run);
  await rm(join(folder, markName), { force: true });
  await updateLab(home, (state) => {
    const { [run]: done, ...recoveries } = state.recoveries ?? {};
    if (done === undefined) return state;
    const { vm, vmId, files, running } = done;
    return {
      ...state,
      recoveries,
      vms: { ...state.vms, [vm]: { heads: files, checkpoint: null, referencePoints: [], off: !running } },
      restored: { ...state.restored, [vm]: { id: vmId!, memoryMegabytes: 2048, connected: false } },
    };
  });
}

/** What a run that died left of a recovery, by the phase that it was in. */
export async function clearLabRecovery(home: string, run: RunId): Promise<void> {
  const recovery = (await readLab(home)).recoveries?.[run];
  if (recovery === undefined || recovery.phase === 'running') return;
  if (recovery.phase === 'switching') return switchDisks(home, run);
  if (recovery.phase !== 'finalising') return undoRecovery(home, run);
  for (const file of recovery.files) for (const path of [file, `${file}.partial`]) await rm(path, { force: true });
  const isOff = recovery.running && recovery.startedAt === 0;
  // Without its disks it stays off; what it wrote is kept, and finalising again goes on from there.
  const startedAt = isOff && !(await boots(recovery)) ? 0 : recovery.running ? Date.now() : 0;
  await change(home, run, (old) => ({ ...old, phase: 'running', files: [], startedAt }));
}

async function boots({ target }: LabRecovery): Promise<boolean> {
  if (target === null) return false;
  return bootOnce(target).then(
    () => true,
    (error: unknown) => {
      if (error instanceof HostkeepError) return false;
      throw error;
    },
  );
}

async function undoRecovery(home: string, run: RunId): Promise<void> {
  const recovery = (await readLab(home)).recoveries?.[run];
  if (recovery === undefined) return;
  if (await exists(join(recovery.folder, markName))) await rm(recovery.folder, { recursive: true });
  await updateLab(home, (state) => {
    const { [run]: _gone, ...recoveries } = state.recoveries ?? {};
    return { ...state, recoveries };
  });
}

/** As the list of VMs shows them: their disks are nobody's files. */
export function recoveredVms(state: LabState): readonly VmFacts[] {
  return Object.values(state.recoveries ?? {}).flatMap(({ vmId, vm, running }): VmFacts[] =>
    vmId === null
      ? []
      : [
          {
            id: vmId,
            name: vm,
            state: running ? 'running' : 'off',
            generation: 2,
            configurationVersion: '9.0',
            guestOs: 'unknown',
            reachable: 'crash',
            disks: [],
          },
        ],
  );
}

async function fault(home: string, step: StepName, vm: string): Promise<void> {
  const kind = await takeFault(home, step, vm);
  if (kind === 'host-vanish') throw new HostkeepError('host/unreachable', { host: 'LAB-HOST', step });
  if (kind === undefined) return;
  const code =
    step === 'connect-target' ? 'host/target-unreachable' : step === 'start-vm' ? 'host/vm-start-failed' : 'host/import-failed';
  throw new HostkeepError(code, { vm, step });
}

function refuseTaken(state: LabState, name: string): void {
  const names = [...vmsOf(state).map((vm) => vm.name), ...Object.values(state.recoveries ?? {}).map((one) => one.vm)];
  if (names.some((one) => one.toLowerCase() === name.toLowerCase())) throw new HostkeepError('host/name-taken', { vm: name });
}

async function recoveryOf(home: string, run: RunId): Promise<LabRecovery> {
  const found = (await readLab(home)).recoveries?.[run];
  if (found === undefined) throw new HostkeepError('host/recovery-gone', { run });
  return found;
}

const put = (home: string, run: RunId, recovery: LabRecovery): Promise<LabState> =>
  updateLab(home, (state) => ({ ...state, recoveries: { ...state.recoveries, [run]: recovery } }));

const change = (home: string, run: RunId, of: (old: LabRecovery) => LabRecovery): Promise<LabState> =>
  updateLab(home, (state) => {
    const old = state.recoveries?.[run];
    if (old === undefined) throw new HostkeepError('host/recovery-gone', { run });
    return { ...state, recoveries: { ...state.recoveries, [run]: of(old) } };
  });
