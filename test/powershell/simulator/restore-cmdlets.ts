/** Cmdlets that make, import and change VMs, as strict as the reference (1.3, 1.6) has them. */
import { randomUUID } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabVm } from '../../../main/lab/vms.ts';
import { readLab, updateLab, updateVm } from '../../../main/lab/state.ts';
import type { Handler } from './cmdlets.ts';
import { diskForVm } from './iscsi-cmdlets.ts';
import { configurationFolder, removeConfiguration, writeConfiguration } from './configuration.ts';
import { failed, isTaken, madeVmObject, noVm, plainVm, wrongState, type Drive, type MadeVm } from './made-vms.ts';
import { HostFault, labVmOf, lookOf, takeFault, type World } from './world.ts';

type Given = Readonly<Record<string, unknown>>;

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

export const switches = ['LAN', 'Internal'] as const;
const numbers = { sharing: 0x80070020, denied: 0x80070005, missing: 0x80070002, exists: 0x80070050 } as const;

function refuse(world: World, cmdlet: string): void {
  const fault = takeFault(world, cmdlet);
  if (fault === 'denied')
    throw new HostFault(
      `${cmdlet} (0x80070005)`,
      `AccessDenied,Microsoft.HyperV.PowerShell.Commands.${cmdlet.replace('-', '')}`,
      'PermissionDenied',
      numbers.denied,
    );
  if (fault !== undefined) throw failed(cmdlet, fault === 'out-of-space' ? 0x80070070 : undefined);
}

const newVm: Handler = async (world, given) => {
  refuse(world, 'New-VM');
  const vm: MadeVm = {
    ...plainVm(randomUUID(), String(given['Name'])),
    generation: Number(given['Generation']),
    memoryBytes: Number(given['MemoryStartupBytes']),
    folder: String(given['Path'] ?? ''),
    // As the real one: it comes with one adapter, connected only where a switch was named.
    adapters: [{ id: randomUUID(), name: 'Network Adapter', switch: String(given['SwitchName'] ?? '') }],
  };
  if (vm.adapters[0]!.switch !== '' && !switches.some((name) => name === vm.adapters[0]!.switch)) throw failed('New-VM');
  world.made.set(vm.id, vm);
  return [madeVmObject(vm, '')];
};

const registered = (world: World, vm: LabVm): string =>
  join(configurationFolder(world, vm), 'Virtual Machines', vm.id.toUpperCase());

/** Turns a VM of the lab off, with its configuration where it belongs: what a restore can replace. */
export async function turnOff(world: World, vm: LabVm): Promise<void> {
  world.vmState.set(vm.id, { ...world.vmState.get(vm.id), state: 'Off' });
  await writeConfiguration(world, vm, registered(world, vm), (await readLab(world.options.home)).vms[vm.name]!.heads);
}

interface Configuration {
  readonly id: string;
  readonly name: string;
  readonly generation: number;
  readonly memoryBytes: number;
  readonly drives: readonly Omit<Drive, 'id'>[];
  readonly switches: readonly string[];
  readonly iso?: string;
}

async function readConfiguration(path: string, cmdlet: string): Promise<Configuration> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Configuration;
  } catch {
    throw failed(cmdlet, numbers.missing);
  }
}

interface Report {
  readonly ReportId: string;
  readonly VM: object;
  readonly Path: string;
  readonly OperationType: string;
  readonly Incompatibilities: readonly { readonly Message: string; readonly MessageId: number; readonly Source: string }[];
}

async function plan(world: World, given: Given, cmdlet: string): Promise<MadeVm> {
  const report = given['Report'];
  if (typeof report === 'string') {
    const planned = world.made.get(report);
    if (planned === undefined || !planned.planned) throw failed(cmdlet);
    return planned;
  }
  const path = String(given['Path']);
  if (!/\.(vmcx|xml)$/i.test(path)) throw failed(cmdlet);
  const read = await readConfiguration(path, cmdlet);
  const id = given['GenerateNewId'] === true ? randomUUID() : read.id;
  if (isTaken(world, id)) throw failed(cmdlet, numbers.exists);
  const planned: MadeVm = {
    ...plainVm(id, read.name),
    generation: read.generation,
    memoryBytes: read.memoryBytes,
    folder: String(given['VirtualMachinePath'] ?? path),
    drives: read.drives.map((drive) => ({ ...drive, id: randomUUID() })),
    adapters: read.switches.map((name) => ({ id: randomUUID(), name: 'Network Adapter', switch: name })),
    iso: read.iso ?? '',
    planned: true,
  };
  world.made.set(id, planned);
  return planned;
}

/** What stands in the way of an import: switches, disks and images that are not there. 33012 is the only id that is documented. */
async function incompatibilities(vm: MadeVm): Promise<Report['Incompatibilities']> {
  const lost = await Promise.all(vm.drives.map(async (drive) => ((await exists(drive.path)) ? [] : [drive.id])));
  return [
    ...vm.adapters
      .filter((one) => one.switch !== '' && !switches.some((name) => name === one.switch))
      .map(({ id }) => ({ Message: 'Could not find Ethernet switch.', MessageId: 33012, Source: id })),
    ...lost.flat().map((id) => ({ Message: 'Virtual Hard Disk file not found.', MessageId: 40010, Source: id })),
    ...(vm.iso !== '' && !(await exists(vm.iso)) ? [{ Message: 'ISO not found.', MessageId: 40020, Source: 'dvd' }] : []),
  ];
}

const compareVm: Handler = async (world, given) => {
  refuse(world, 'Compare-VM');
  const planned = await plan(world, given, 'Compare-VM');
  const report: Report = {
    ReportId: planned.id,
    VM: madeVmObject(planned, ''),
    Path: String(given['Path'] ?? ''),
    OperationType: 'ImportVirtualMachine',
    Incompatibilities: await incompatibilities(planned),
  };
  return [report];
};

const importVm: Handler = async (world, given) => {
  refuse(world, 'Import-VM');
  const planned = await plan(world, given, 'Import-VM');
  if ((await incompatibilities(planned)).length > 0) {
    if (given['Report'] === undefined) world.made.delete(planned.id);
    throw failed('Import-VM');
  }
  planned.planned = false;
  return [madeVmObject(planned, '')];
};

/** Changes a VM that is there; those of the lab as far as the lab can. */
function changing(cmdlet: string, change: (vm: MadeVm, given: Given, world: World) => void | Promise<void>): Handler {
  return async (world, given) => {
    refuse(world, cmdlet);
    const vm = world.made.get(String(given['VMId']).toLowerCase());
    if (vm === undefined) throw noVm(String(given['VMId']), cmdlet);
    await change(vm, given, world);
    return [];
  };
}

const slotOf = (given: Given): Omit<Drive, 'id' | 'path'> => ({
  type: given['ControllerType'] === 'IDE' ? 'IDE' : 'SCSI',
  number: Number(given['ControllerNumber'] ?? 0),
  location: Number(given['ControllerLocation'] ?? 0),
});

const atSlot =
  (wanted: Omit<Drive, 'id' | 'path'>) =>
  (drive: Drive): boolean =>
    drive.type === wanted.type && drive.number === wanted.number && drive.location === wanted.location;

const setDrive: Handler = async (world, given) => {
  refuse(world, 'Set-VMHardDiskDrive');
  const path = String(given['Path']);
  if (!(await exists(path))) throw failed('Set-VMHardDiskDrive', numbers.missing);
  const id = String(given['VMId']).toLowerCase();
  const lab = labVmOf(world, id);
  if (lab !== undefined) {
    if (lookOf(world, lab).state !== 'Off') throw wrongState('Set-VMHardDiskDrive');
    const at = Number(given['ControllerLocation']);
    await updateLab(world.options.home, (state) =>
      updateVm(state, lab.name, (old) => ({ ...old, heads: old.heads.map((head, disk) => (disk === at ? path : head)) })),
    );
    return [];
  }
  const drive = world.made.get(id)?.drives.find(atSlot(slotOf(given)));
  if (drive === undefined) throw noVm(id, 'Set-VMHardDiskDrive');
  drive.path = path;
  return [];
};

const removeVm: Handler = async (world, given) => {
  refuse(world, 'Remove-VM');
  const id = String(given['VMId']).toLowerCase();
  const lab = labVmOf(world, id);
  if (lab !== undefined) {
    if (lookOf(world, lab).state !== 'Off') throw wrongState('Remove-VM');
    world.gone.add(id);
    // The configuration goes, the disks stay.
    await removeConfiguration(registered(world, lab));
  } else {
    const made = world.made.get(id);
    if (made === undefined) throw noVm(id, 'Remove-VM');
    if (made.state !== 'Off') throw wrongState('Remove-VM');
    world.made.delete(id);
  }
  return [];
};

const addDrive = changing('Add-VMHardDiskDrive', async (vm, given, world) => {
  const slot = slotOf(given);
  const path = String(given['Path']);
  if (vm.generation === 2 && slot.type === 'IDE') throw failed('Add-VMHardDiskDrive');
  if (slot.type === 'SCSI' && slot.number >= vm.scsiControllers) throw failed('Add-VMHardDiskDrive');
  if (vm.drives.some(atSlot(slot))) throw failed('Add-VMHardDiskDrive');
  if (typeof given['DiskNumber'] === 'number') return addHostDisk(world, vm, given['DiskNumber'], slot);
  if (!(await exists(path))) throw failed('Add-VMHardDiskDrive', numbers.missing);
  if ([...world.made.values()].some((other) => !other.planned && other.drives.some((drive) => drive.path === path)))
    throw failed('Add-VMHardDiskDrive', numbers.sharing);
  vm.drives.push({ id: randomUUID(), path, ...slot });
});

/** A disk of the host goes to a VM only while it is offline, writable, and nobody else's. */
function addHostDisk(world: World, vm: MadeVm, diskNumber: number, slot: Omit<Drive, 'id' | 'path'>): void {
  if (diskForVm(world, diskNumber) === undefined) throw failed('Add-VMHardDiskDrive', numbers.missing);
  if ([...world.made.values()].some((other) => other.drives.some((drive) => drive.diskNumber === diskNumber)))
    throw failed('Add-VMHardDiskDrive', numbers.sharing);
  vm.drives.push({ id: randomUUID(), path: `Disk ${diskNumber}`, diskNumber, ...slot });
}

/** A VM whose files its SID may not open does not start (reference, 8.1). */
const startVm = changing('Start-VM', (vm, _given, world) => {
  if (vm.drives.some((drive) => drive.diskNumber === undefined && !world.grants.has(`${vm.id}|${drive.path}`)))
    throw failed('Start-VM', numbers.denied);
  if (vm.state === 'Running') throw wrongState('Start-VM');
  vm.state = 'Running';
  vm.startedAt = Date.now();
});

const adapterOf = (vm: MadeVm, given: Given): MadeVm['adapters'][number] => {
  const found = vm.adapters.find((one) => one.id === given['Adapter']);
  if (found === undefined) throw noVm(vm.id, 'Get-VMNetworkAdapter');
  return found;
};

export const restoreCmdlets: Readonly<Record<string, Handler>> = {
  'New-VM': newVm,
  'Compare-VM': compareVm,
  'Import-VM': importVm,
  'Remove-VM': removeVm,
  'Start-VM': startVm,
  'Stop-VM': changing('Stop-VM', (vm) => {
    if (vm.state === 'Off') throw wrongState('Stop-VM');
    vm.state = 'Off';
    vm.startedAt = 0;
  }),
  'Set-VM': changing('Set-VM', (vm, given) => {
    if (Number(given['ProcessorCount']) > 0) vm.processors = Number(given['ProcessorCount']);
    vm.startAction = String(given['StartAction'] ?? '') || vm.startAction;
    vm.checkpointType = String(given['CheckpointType'] ?? '') || vm.checkpointType;
  }),
  'Rename-VM': changing('Rename-VM', (vm, given) => void (vm.name = String(given['NewName']))),
  'Set-VMFirmware': changing('Set-VMFirmware', (vm, given) => {
    if (vm.generation !== 2) throw failed('Set-VMFirmware');
    vm.secureBoot = given['EnableSecureBoot'] === 'On';
  }),
  'Add-VMScsiController': changing('Add-VMScsiController', (vm) => void (vm.scsiControllers += 1)),
  'Add-VMHardDiskDrive': addDrive,
  'Set-VMHardDiskDrive': setDrive,
  'Remove-VMHardDiskDrive': changing('Remove-VMHardDiskDrive', (vm, given) => {
    vm.drives = vm.drives.filter((drive) => !atSlot(slotOf(given))(drive));
  }),
  'Set-VMDvdDrive': changing('Set-VMDvdDrive', (vm, given) => void (vm.iso = String(given['Path'] ?? ''))),
  'Add-VMNetworkAdapter': changing('Add-VMNetworkAdapter', (vm, given) => {
    const name = String(given['SwitchName'] ?? '');
    if (name !== '' && !switches.some((one) => one === name)) throw failed('Add-VMNetworkAdapter');
    vm.adapters.push({ id: randomUUID(), name: String(given['Name']), switch: name });
  }),
  'Disconnect-VMNetworkAdapter': changing('Disconnect-VMNetworkAdapter', (vm, given) => void (adapterOf(vm, given).switch = '')),
  'Connect-VMNetworkAdapter': changing('Connect-VMNetworkAdapter', (vm, given) => {
    const name = String(given['SwitchName']);
    if (!switches.some((one) => one === name)) throw failed('Connect-VMNetworkAdapter');
    adapterOf(vm, given).switch = name;
  }),
  'Get-VMScsiController': async (world, given) => {
    const vm = world.made.get(String(given['VMId']).toLowerCase());
    if (vm === undefined) throw noVm(String(given['VMId']), 'Get-VMScsiController');
    return Array.from({ length: vm.scsiControllers }, (_, ControllerNumber) => ({ ControllerNumber }));
  },
  'Get-VMSwitch': async () => switches.map((Name) => ({ Name })),
};
