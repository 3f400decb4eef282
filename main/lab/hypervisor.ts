import { stat } from 'node:fs/promises';
import { checkSays, HostkeepError, toldCheck } from '#contract';
import type { Clock, Hypervisor, PreflightCheck, Random, Residue, VmFacts } from '#engine/ports';
import { openDisk } from '../engine/formats/open-disk.ts';
import { mergeCheckpoint } from './checkpoint.ts';
import { beginLabBackup } from './session.ts';
import { readLab, updateLab, updateVm, type VmLabState } from './state.ts';
import { clearLabRecovery, recoveredVms } from './recoverer.ts';
import { undoLabRestore } from './restorer.ts';
import { vmsOf, type LabVm } from './vms.ts';

export interface LabEnvironment {
  readonly clock: Clock;
  readonly random: Random;
}

/** The lab as a host. Every call reads its state afresh: other commands may have changed it. */
export function labHypervisor(home: string, environment: LabEnvironment): Hypervisor {
  return {
    facts: async () => ({ id: 'lab', name: 'LAB-HOST', kind: 'lab', os: 'Hostkeep lab', changeTracking: true }),
    async listVms() {
      const state = await readLab(home);
      const own = await Promise.all(vmsOf(state).map((vm) => vmFacts(vm, state.vms[vm.name]!)));
      return [...own, ...recoveredVms(state)];
    },
    async preflight(vmIds) {
      const state = await readLab(home);
      const wanted = vmsOf(state).filter((vm) => vmIds === undefined || vmIds.includes(vm.id));
      return wanted.flatMap((vm) => checksOf(vm, state.vms[vm.name]!));
    },
    async listResidue() {
      const state = await readLab(home);
      const restores = Object.entries(state.restores ?? {}).map(([run, { vm, vmId }]): Residue => ({
        kind: 'restore',
        id: run,
        vmId: vmId ?? '',
        vm,
        run,
      }));
      const recoveries = Object.entries(state.recoveries ?? {}).flatMap(([run, { by, phase, vm, vmId }]): Residue[] =>
        phase === 'running' ? [] : [{ kind: 'recovery', id: run, vmId: vmId ?? '', vm, run: by }],
      );
      return [...vmsOf(state).flatMap((vm) => residueOf(vm, state.vms[vm.name]!)), ...restores, ...recoveries];
    },
    async cleanResidue(residue) {
      if (residue.kind === 'restore') return undoLabRestore(home, residue.run);
      if (residue.kind === 'recovery') return clearLabRecovery(home, residue.id);
      const vm = vmsOf(await readLab(home)).find((candidate) => candidate.id === residue.vmId);
      if (vm === undefined) throw new HostkeepError('host/vm-not-found', { vm: residue.vm });
      if (residue.kind === 'checkpoint') await mergeCheckpoint(home, vm);
      else
        await updateLab(home, (lab) =>
          updateVm(lab, vm.name, (old) => ({
            ...old,
            referencePoints: old.referencePoints.filter((point) => point.id !== residue.id),
          })),
        );
    },
    async beginBackup(request, report, signal) {
      const vm = vmsOf(await readLab(home)).find((candidate) => candidate.id === request.vmId);
      if (vm === undefined) throw new HostkeepError('host/vm-not-found', { vm: request.vmId });
      return beginLabBackup({ home, vm, request, report, signal, clock: environment.clock });
    },
  };
}

async function vmFacts(vm: LabVm, state: VmLabState): Promise<VmFacts> {
  const disks = await Promise.all(state.heads.map(diskFacts));
  return {
    id: vm.id,
    name: vm.name,
    state: state.off === true ? 'off' : 'running',
    generation: 2,
    configurationVersion: '9.0',
    guestOs: vm.guestOs,
    reachable: vm.reachable,
    disks,
  };
}

async function diskFacts(path: string, index: number): Promise<VmFacts['disks'][number]> {
  const disk = await openDisk({ format: 'vhdx', path });
  await disk.close();
  return { path, sizeBytes: disk.sizeBytes, allocatedBytes: (await stat(path)).size, slot: `SCSI 0:${index}` };
}

function checksOf(vm: LabVm, state: VmLabState): readonly PreflightCheck[] {
  const services = checkSays(vm.guestOs === 'windows' ? 'lab-services' : 'lab-daemon');
  const [verdict, chain] =
    state.checkpoint === null
      ? (['ok', checkSays('checkpoints-none')] as const)
      : (['blocking', checkSays('lab-checkpoint')] as const);
  return [
    { id: 'integration-services', vm: vm.name, verdict: 'ok', ...toldCheck(services), error: null },
    { id: 'checkpoint-chain', vm: vm.name, verdict, ...toldCheck(chain), error: null },
  ];
}

function residueOf(vm: LabVm, state: VmLabState): readonly Residue[] {
  const base = { vmId: vm.id, vm: vm.name };
  const points = state.referencePoints.map(({ changed: _tracked, ...point }): Residue => ({
    ...base,
    ...point,
    kind: 'reference-point',
  }));
  return state.checkpoint === null
    ? points
    : [{ ...base, kind: 'checkpoint', id: state.checkpoint.id, run: state.checkpoint.run }, ...points];
}
