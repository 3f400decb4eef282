import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { HostkeepError, type RunId } from '#contract';
import { makeFolders } from '#files';
import type { DiskReplaceRequest, RestoredOnHost, RestoreSession, VmRestorer, VmRestoreRequest } from '#engine/ports';
import { takeFault } from './faults.ts';
import { exists, markName, say, type Report } from './placing.ts';
import { readLab, updateLab, type LabState, type PendingRestore } from './state.ts';
import { labVms, vmsOf, type LabVm } from './vms.ts';

/** Brings VMs and disks back onto the lab host; its folders are folders of this computer. */
export function labRestorer(home: string): VmRestorer {
  return {
    beginVm: (request, report, signal) => beginVm(home, request, report, signal),
    beginDisk: (request, report, signal) => beginDisk(home, request, report, signal),
  };
}

async function beginVm(home: string, request: VmRestoreRequest, report: Report, signal: AbortSignal): Promise<RestoreSession> {
  signal.throwIfAborted();
  const { name, run, newIdentity } = request;
  const state = await readLab(home);
  const folder = join(request.folder, basename(name));
  say(report, 'place', 'started');
  refuseTaken(state, request);
  if (!isAbsolute(folder))
    throw new HostkeepError('input/invalid', { folder: request.folder, why: 'a whole path on the host, from its root or drive' });
  if (await exists(folder)) throw new HostkeepError('host/folder-taken', { folder });
  await note(home, run, { kind: 'vm', vmId: newIdentity ? null : request.vmId, vm: name, place: folder });
  await makeFolders(folder);
  await writeFile(join(folder, markName), run);
  say(report, 'place', 'done', folder);
  const targets = request.disks.map(({ index }) => {
    const path = join(folder, `disk${index}.vhdx`);
    return { index, path, hostPath: path };
  });
  return session(home, { run, report, targets }, () =>
    defineVm(home, request, { folder, report, files: targets.map((one) => one.path) }),
  );
}

function refuseTaken(state: LabState, { vmId, name, newIdentity, replaceExisting }: VmRestoreRequest): void {
  const old = newIdentity ? undefined : vmsOf(state).find((vm) => vm.id === vmId);
  if (old !== undefined && !replaceExisting) throw new HostkeepError('host/vm-exists', { vm: old.name, id: old.id });
  if (old !== undefined && state.vms[old.name]!.off !== true) throw new HostkeepError('host/vm-running', { vm: old.name });
  const twin = vmsOf(state).find((vm) => vm.name.toLowerCase() === name.toLowerCase() && vm !== old);
  if (twin !== undefined) throw new HostkeepError('host/name-taken', { vm: name });
}

interface Defining {
  readonly folder: string;
  readonly report: Report;
  readonly files: readonly string[];
}

async function defineVm(home: string, request: VmRestoreRequest, { folder, report, files }: Defining): Promise<RestoredOnHost> {
  const { name, newIdentity } = request;
  say(report, 'define-vm', 'started');
  if ((await takeFault(home, 'define-vm', name)) !== undefined) {
    say(report, 'define-vm', 'failed');
    throw new HostkeepError('host/import-failed', { vm: name });
  }
  const old = vmsOf(await readLab(home)).find((vm) => !newIdentity && vm.id === request.vmId);
  const kept = old === undefined ? [] : (await readLab(home)).vms[old.name]!.heads;
  const id = newIdentity || request.vmId === null ? randomUUID() : request.vmId;
  await updateLab(home, (state) => withVm(state, { request, old, id, files }));
  say(report, 'define-vm', 'done', `identity ${id}`);
  say(report, 'attach-disks', 'done', `${files.length} disks`);
  say(report, 'grant-files', 'done');
  say(report, 'network', 'done', request.disconnectNetwork ? 'disconnected' : 'as it was');
  if (request.start) say(report, 'start-vm', 'done');
  await rm(join(folder, markName), { force: true });
  return { vmId: id, name, files, warnings: kept.map((path) => `the replaced VM's disk was kept: ${path}`) };
}

interface NewVm {
  readonly request: VmRestoreRequest;
  readonly old: LabVm | undefined;
  readonly id: string;
  readonly files: readonly string[];
}

function withVm(state: LabState, { request, old, id, files }: NewVm): LabState {
  const { name, disconnectNetwork, start } = request;
  const others = Object.entries(state.vms).filter(([one]) => one !== old?.name);
  const brought = { id, memoryMegabytes: 2048, connected: !disconnectNetwork };
  const restored = Object.entries(state.restored ?? {}).filter(([one]) => one !== old?.name);
  return {
    ...state,
    vms: { ...Object.fromEntries(others), [name]: { heads: files, checkpoint: null, referencePoints: [], off: !start } },
    restored: { ...Object.fromEntries(restored), ...(isOwn(name, id) ? {} : { [name]: brought }) },
  };
}

/** A VM of the lab that came back under its own name and identity is that VM again. */
function isOwn(name: string, id: string): boolean {
  return labVms.some((vm) => vm.name === name && vm.id === id);
}

async function beginDisk(
  home: string,
  request: DiskReplaceRequest,
  report: Report,
  signal: AbortSignal,
): Promise<RestoreSession> {
  signal.throwIfAborted();
  const { run, vmId, disk } = request;
  const state = await readLab(home);
  const vm = vmsOf(state).find((one) => one.id === vmId);
  if (vm === undefined) throw new HostkeepError('host/vm-not-found', { vm: vmId });
  const { heads, off, checkpoint, kept = [] } = state.vms[vm.name]!;
  say(report, 'place', 'started');
  if (off !== true) throw new HostkeepError('host/vm-running', { vm: vm.name });
  if (checkpoint !== null || kept.length > 0) throw new HostkeepError('host/has-checkpoints', { vm: vm.name });
  const old = heads[disk];
  if (old === undefined) throw new HostkeepError('host/disk-not-found', { vm: vm.name, disk });
  const file = join(dirname(old), `${basename(old, '.vhdx')}-restored-${run}.vhdx`);
  if (await exists(file)) throw new HostkeepError('host/folder-taken', { folder: file });
  await note(home, run, { kind: 'disk', vmId, vm: vm.name, place: file });
  say(report, 'place', 'done', file);
  return session(home, { run, report, targets: [{ index: disk, path: file, hostPath: file }] }, async () => {
    await updateLab(home, (now) => {
      const was = now.vms[vm.name]!;
      const changed = { ...was, heads: was.heads.map((head, at) => (at === disk ? file : head)), referencePoints: [] };
      return { ...now, vms: { ...now.vms, [vm.name]: changed } };
    });
    say(report, 'attach-disks', 'done', file);
    say(report, 'grant-files', 'done');
    return { vmId, name: vm.name, files: [file], warnings: [`the replaced disk was kept: ${old}`] };
  });
}

interface Begun {
  readonly run: RunId;
  readonly report: Report;
  readonly targets: RestoreSession['targets'];
}

function session(home: string, { run, report, targets }: Begun, complete: () => Promise<RestoredOnHost>): RestoreSession {
  return {
    targets,
    async complete() {
      if ((await readLab(home)).restores?.[run] === undefined) throw new HostkeepError('host/restore-gone', { run });
      const done = await complete();
      await forget(home, run);
      return done;
    },
    async abort(reason) {
      say(report, 'undo', 'started', reason);
      await undoLabRestore(home, run);
      say(report, 'undo', 'done');
    },
  };
}

const note = (home: string, run: RunId, pending: PendingRestore): Promise<LabState> =>
  updateLab(home, (state) => ({ ...state, restores: { ...state.restores, [run]: pending } }));

const forget = (home: string, run: RunId): Promise<LabState> =>
  updateLab(home, (state) => {
    const { [run]: _ended, ...restores } = state.restores ?? {};
    return { ...state, restores };
  });

/** Removes what an interrupted restore has made; what a VM has come to use stays. */
export async function undoLabRestore(home: string, run: RunId): Promise<void> {
  const state = await readLab(home);
  const pending = state.restores?.[run];
  if (pending === undefined) return;
  const used = Object.values(state.vms).some((vm) =>
    vm.heads.some((head) => head === pending.place || dirname(head) === pending.place),
  );
  if (!used && pending.kind === 'vm' && (await exists(join(pending.place, markName))))
    await rm(pending.place, { recursive: true });
  if (!used && pending.kind === 'disk')
    for (const path of [pending.place, `${pending.place}.partial`]) await rm(path, { force: true });
  await forget(home, run);
}
