import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { callHost } from '../../../main/host/operation.ts';
import {
  beginDiskReplace,
  beginRestore,
  completeDiskReplace,
  completeRestore,
  undoRestore,
  type Completed,
  type CompleteWanted,
  type Place,
  type PlaceWanted,
} from '../../../main/host/operations/restore.ts';
import { readLab, updateLab, updateVm } from '../../../main/lab/state.ts';
import { labVms } from '../../../main/lab/vms.ts';
import type { Simulation } from '../simulator/host.ts';
import { turnOff } from '../simulator/restore-cmdlets.ts';
import { damagedLedger, strike, vmId, type Exercise } from './scenario.ts';

const vm = labVms.find((one) => one.id === vmId)!;
const run = 'r1';
const own = { newIdentity: false, replaceExisting: true } as const;

function begin({ shell, ledger, home }: Simulation, more: Partial<PlaceWanted> = {}): Promise<Place> {
  const wanted = { run, ledger, vmId, name: 'R1', parent: join(home, 'VMs'), folder: 'R1', bytes: 1 };
  return callHost(shell, beginRestore, { ...wanted, newIdentity: true, replaceExisting: false, ...more });
}

/** A place with its disk written, and the VM made in it. */
async function complete(
  simulation: Simulation,
  place: Partial<PlaceWanted> = {},
  more: Partial<CompleteWanted> = {},
  between: () => void = () => undefined,
): Promise<Completed> {
  const { shell, ledger, home } = simulation;
  const { disks } = await begin(simulation, place);
  const path = join(disks, 'disk.vhdx');
  await copyFile((await readLab(home)).vms[vm.name]!.heads[0]!, path);
  between();
  const facts = { generation: 2, memoryBytes: 2 ** 30, processors: 2, networks: [{ name: 'a', switch: 'LAN' }] } as const;
  const disk = { controller: 'SCSI', number: 1, location: 0, path };
  const wanted = { run, ledger, definition: null, name: 'R1', newIdentity: true, disconnect: true, start: false, linux: true };
  return callHost(shell, completeRestore, { ...wanted, facts, disks: [disk], ...more });
}

const off = (simulation: Simulation): Promise<void> => turnOff(simulation.world, vm);

async function failing(act: Promise<unknown>): Promise<void> {
  await act.then(
    () => Promise.reject(new Error('it was to fail')),
    () => undefined,
  );
}

/** The disk of the VM, off, with its replacement written. */
async function replacing(simulation: Simulation, disk = 0, bytes = 1): Promise<string> {
  const { shell, ledger, home } = simulation;
  const { file } = await callHost(shell, beginDiskReplace, { run, ledger, vmId, disk, bytes });
  await copyFile((await readLab(home)).vms[vm.name]!.heads[0]!, file);
  return file;
}

async function replaced(simulation: Simulation, between: () => void | Promise<void> = () => undefined): Promise<unknown> {
  await off(simulation);
  await replacing(simulation);
  await between();
  return callHost(simulation.shell, completeDiskReplace, { run, ledger: simulation.ledger });
}

const undo = ({ shell, ledger }: Simulation, of = run): Promise<void> => callHost(shell, undoRestore, { run: of, ledger });

export const exercises: readonly Exercise[] = [
  {
    operation: beginRestore,
    success: (simulation) => begin(simulation),
    failures: {
      'host/vm-exists': (simulation) => begin(simulation, { newIdentity: false }),
      'host/vm-running': (simulation) => begin(simulation, own),
      'host/vm-clustered': async (simulation) => {
        await off(simulation);
        simulation.world.vmState.set(vmId, { ...simulation.world.vmState.get(vmId), clustered: true });
        return begin(simulation, own);
      },
      'host/definition-missing': async (simulation) => {
        await off(simulation);
        await rm(join(simulation.home, 'lab', vm.name, 'Virtual Machines'), { recursive: true, force: true });
        return begin(simulation, own);
      },
      'host/name-taken': (simulation) => begin(simulation, { name: 'FS01' }),
      'host/folder-taken': async (simulation) => {
        await mkdir(join(simulation.home, 'VMs', 'taken'), { recursive: true });
        return begin(simulation, { folder: 'taken' });
      },
      'host/no-space': (simulation) => begin(simulation, { bytes: 2 ** 50 }),
      'input/invalid': (simulation) => begin(simulation, { parent: 'relative' }),
    },
  },
  {
    operation: completeRestore,
    success: (simulation) => complete(simulation, { name: 'done', folder: 'done' }, { name: 'done' }),
    failures: {
      'host/restore-gone': (simulation) => complete(simulation, {}, { run: 'another' }),
      'host/vm-running': async (simulation) => {
        await off(simulation);
        const wake = (): void => void simulation.world.vmState.set(vmId, { state: 'Running' });
        return complete(simulation, own, { newIdentity: false }, wake);
      },
      'host/import-failed': (simulation) => complete(simulation, {}, { definition: join(simulation.home, 'none.vmcx') }),
      'host/grant-failed': (simulation) => {
        strike(simulation, 'icacls', 'refused', 2);
        return complete(simulation);
      },
      'host/access-denied': (simulation) => {
        strike(simulation, 'Add-VMHardDiskDrive', 'denied');
        return complete(simulation);
      },
      ...damagedLedger((simulation) => complete(simulation, {}, { run: 'torn' }), 'restores/torn.json'),
    },
  },
  {
    operation: undoRestore,
    success: async (simulation) => {
      await begin(simulation);
      await undo(simulation);
    },
    failures: {
      'input/invalid': (simulation) => undo(simulation, '../x'),
      'host/import-failed': async (simulation) => {
        await off(simulation);
        strike(simulation, 'New-VM', 'refused');
        await failing(complete(simulation, own, { newIdentity: false }));
        strike(simulation, 'Import-VM', 'refused');
        return undo(simulation);
      },
      'host/access-denied': async (simulation) => {
        strike(simulation, 'icacls', 'refused', 2);
        await failing(complete(simulation));
        strike(simulation, 'Remove-VM', 'denied');
        return undo(simulation);
      },
      ...damagedLedger((simulation) => undo(simulation, 'torn'), 'restores/torn.json'),
    },
  },
  {
    operation: beginDiskReplace,
    success: async (simulation) => {
      await off(simulation);
      return replacing(simulation);
    },
    failures: {
      'host/vm-not-found': (simulation) => {
        simulation.world.gone.add(vmId);
        return replacing(simulation);
      },
      'host/vm-running': (simulation) => replacing(simulation),
      'host/has-checkpoints': async (simulation) => {
        const { world } = simulation;
        await off(simulation);
        world.snapshots.push({ id: randomUUID(), vmId, ours: false, type: 'Standard' });
        return replacing(simulation).finally(() => void (world.snapshots = []));
      },
      'host/disk-not-found': async (simulation) => {
        await off(simulation);
        return replacing(simulation, 5);
      },
      'host/folder-taken': async (simulation) => {
        await off(simulation);
        const head = (await readLab(simulation.home)).vms[vm.name]!.heads[0]!;
        const path = head.replace('.vhdx', `-restored-${run}.vhdx`);
        await writeFile(path, '');
        try {
          return await replacing(simulation);
        } finally {
          await rm(path);
        }
      },
      'host/no-space': async (simulation) => {
        await off(simulation);
        return replacing(simulation, 0, 2 ** 50);
      },
      'input/invalid': ({ shell, ledger }) =>
        callHost(shell, beginDiskReplace, { run, ledger, vmId: "' or 1", disk: 0, bytes: 1 }),
    },
  },
  {
    operation: completeDiskReplace,
    success: (simulation) => replaced(simulation),
    failures: {
      'host/restore-gone': ({ shell, ledger }) => callHost(shell, completeDiskReplace, { run: 'another', ledger }),
      'host/vm-not-found': (simulation) => replaced(simulation, () => void simulation.world.gone.add(vmId)),
      'host/vm-running': (simulation) =>
        replaced(simulation, () => void simulation.world.vmState.set(vmId, { state: 'Running' })),
      'host/disk-not-found': async (simulation) => {
        const { home } = simulation;
        const [head] = (await readLab(home)).vms[vm.name]!.heads;
        const move = async (to: string): Promise<void> =>
          void (await updateLab(home, (lab) => updateVm(lab, vm.name, (old) => ({ ...old, heads: [to] }))));
        await copyFile(head!, `${head}.moved.vhdx`);
        try {
          return await replaced(simulation, () => move(`${head}.moved.vhdx`));
        } finally {
          await move(head!);
        }
      },
      'host/grant-failed': (simulation) => {
        strike(simulation, 'icacls', 'refused', 2);
        return replaced(simulation);
      },
      ...damagedLedger(
        ({ shell, ledger }) => callHost(shell, completeDiskReplace, { run: 'torn', ledger }),
        'restores/torn.json',
      ),
    },
  },
];
