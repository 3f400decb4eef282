import { join } from 'node:path';
import { readLab } from '../../../../main/lab/state.ts';
import { labVms, type LabVm } from '../../../../main/lab/vms.ts';
import { configurationFolder } from '../configuration.ts';
import type { MadeVm } from '../made-vms.ts';
import { labVmOf, lookOf, type World } from '../world.ts';
import type { Instance } from './instance.ts';
import { isCheckpointing } from './jobs.ts';

type Source = (world: World) => Promise<readonly Instance[]>;

const there = (world: World): readonly LabVm[] => labVms.filter((vm) => labVmOf(world, vm.id) !== undefined);

export const machineClasses: Readonly<Record<string, Source>> = {
  Msvm_ComputerSystem: async (world) => [
    // The host is an instance of it as well; its Name is no GUID.
    { Class: 'Msvm_ComputerSystem', Key: 'host', Name: 'HV01', ElementName: 'HV01', OperationalStatus: [2] },
    ...there(world).map((vm) => system(world, vm)),
    ...[...world.made.values()].filter((vm) => !vm.planned).map(madeSystem),
  ],
  Msvm_KvpExchangeComponent: async (world) =>
    there(world).map((vm) => ({
      Class: 'Msvm_KvpExchangeComponent',
      Key: vm.id,
      SystemName: vm.id.toUpperCase(),
      GuestIntrinsicExchangeItems: lookOf(world, vm).tellsSystem ? pairs(vm) : [],
    })),
};

function system(world: World, vm: LabVm): Instance {
  const { name, state } = lookOf(world, vm);
  return {
    Class: 'Msvm_ComputerSystem',
    Key: vm.id,
    Name: vm.id.toUpperCase(),
    ElementName: name,
    Caption: world.options.locale === 'de' ? 'Virtueller Computer' : 'Virtual Machine',
    EnabledState: state === 'Running' ? 2 : 3,
    HealthState: state.endsWith('Critical') ? 25 : 5,
    OperationalStatus: statusNumbers(world, vm),
  };
}

function madeSystem({ id, name, state }: MadeVm): Instance {
  const running = state === 'Running';
  return {
    Class: 'Msvm_ComputerSystem',
    Key: id,
    Name: id.toUpperCase(),
    ElementName: name,
    Caption: 'Virtual Machine',
    EnabledState: running ? 2 : 3,
    HealthState: 5,
    OperationalStatus: [2],
  };
}

export function madeSettings({ id, name, version }: MadeVm): Instance {
  return {
    Class: 'Msvm_VirtualSystemSettingData',
    Key: `now-${id}`,
    InstanceID: `Microsoft:${id.toUpperCase()}`,
    VirtualSystemIdentifier: id.toUpperCase(),
    VirtualSystemType: 'Microsoft:Hyper-V:System:Realized',
    ElementName: name,
    Version: version,
  };
}

function statusNumbers(world: World, { id }: LabVm): readonly number[] {
  if (isCheckpointing(world, id)) return [11, 32768];
  return world.merging.has(id) ? [11, 32772] : [2];
}

function pairs(vm: LabVm): readonly string[] {
  if (vm.guestOs === 'linux') return [pair('OSName', 'Debian')];
  return [pair('OSName', 'Windows Server 2022'), pair('OSPlatformId', '2')];
}

function pair(name: string, data: string): string {
  const property = (key: string, value: string): string =>
    `<PROPERTY NAME="${key}" TYPE="string"><VALUE>${value}</VALUE></PROPERTY>`;
  return `<INSTANCE CLASSNAME="Msvm_KvpExchangeDataItem">${property('Data', data)}${property('Name', name)}</INSTANCE>`;
}

const slot = (at: number): string => `83F8638B-8DCA-4152-9EDA-2CA8B33039B4\\0\\${at}\\L`;

/** The settings that a VM runs with now: they come along with its checkpoints. */
export function realizedSettings(world: World, vm: LabVm): Instance {
  const id = vm.id.toUpperCase();
  return {
    Class: 'Msvm_VirtualSystemSettingData',
    Key: `now-${vm.id}`,
    InstanceID: `Microsoft:${id}`,
    VirtualSystemIdentifier: id,
    VirtualSystemType: 'Microsoft:Hyper-V:System:Realized',
    ElementName: lookOf(world, vm).name,
    ConfigurationDataRoot: configurationFolder(world, vm),
    ConfigurationFile: join('Virtual Machines', `${id}.vmcx`),
    ConfigurationID: id,
    Version: lookOf(world, vm).version,
  };
}

/** Disks of a checkpoint (frozen) or of the running VM, and a pass-through disk where the VM has one. */
export async function drives(world: World, { Key }: Instance): Promise<readonly Instance[]> {
  const snapshot = world.snapshots.find((one) => one.id === Key);
  const vm = labVms.find((one) => one.id === (snapshot?.vmId ?? Key.replace(/^now-/, '')))!;
  const state = (await readLab(world.options.home)).vms[vm.name]!;
  const frozen = state.checkpoint?.frozen ?? [];
  const { sharedDisk } = lookOf(world, vm);
  const written = state.heads.map((head, at) => (at === sharedDisk ? (frozen[at] ?? head) : head));
  const paths = snapshot === undefined ? written : frozen;
  const owner = (snapshot?.id ?? vm.id).toUpperCase();
  return paths.map((path, at) => ({
    Class: 'Msvm_StorageAllocationSettingData',
    Key: `${Key}-${at}`,
    InstanceID: `Microsoft:${owner}\\${slot(at)}`,
    ResourceType: 31,
    ResourceSubType: 'Microsoft:Hyper-V:Virtual Hard Disk',
    HostResource: [path],
  }));
}

export function diskIdentifier(vm: LabVm, at: number): string {
  return `Microsoft:${vm.id.toUpperCase()}\\${slot(at)}`;
}
