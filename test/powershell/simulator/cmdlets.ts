import { stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { randomUUID } from 'node:crypto';
import { openVhdx } from '#engine/formats/vhdx';
import { readLab } from '../../../main/lab/state.ts';
import { labVms, type LabVm } from '../../../main/lab/vms.ts';
import { HostFault, labVmOf, lookOf, takeFault, type World } from './world.ts';

type Arguments = Readonly<Record<string, unknown>>;
export type Handler = (world: World, given: Arguments) => Promise<readonly object[]>;

const says = {
  vm: { en: 'Hyper-V was unable to find a virtual machine with', de: 'Hyper-V konnte keinen virtuellen Computer finden mit' },
  denied: { en: 'You do not have the required permission.', de: 'Sie haben nicht die erforderliche Berechtigung.' },
  state: { en: 'Operating normally', de: 'Normaler Betrieb' },
} as const;

export function text(world: World, key: keyof typeof says): string {
  return says[key][world.options.locale ?? 'en'];
}

function notFound(world: World, cmdlet: string, what: string): HostFault {
  return new HostFault(
    `${text(world, 'vm')} "${what}".`,
    `InvalidParameter,Microsoft.HyperV.PowerShell.Commands.${cmdlet}`,
    'InvalidArgument',
  );
}

async function vmObject(world: World, vm: LabVm): Promise<object> {
  const look = lookOf(world, vm);
  const { heads } = (await readLab(world.options.home)).vms[vm.name]!;
  const german = world.options.locale === 'de';
  const mine = world.snapshots.filter((one) => one.vmId === vm.id && one.type === 'Standard');
  return {
    Name: look.name,
    Id: vm.id,
    State: look.state,
    Status: text(world, 'state'),
    OperationalStatus: world.merging.has(vm.id) ? ['InService', 'MergingDisks'] : ['Ok'],
    Generation: 2,
    Version: look.version,
    Heartbeat: look.state === 'Running' ? 'OkApplicationsHealthy' : null,
    ReplicationState: 'Disabled',
    IsClustered: false,
    CheckpointType: 'Production',
    MemoryStartup: vm.memoryMegabytes * 1024 * 1024,
    ProcessorCount: 2,
    ConfigurationLocation: configurationFolder(world, vm),
    ParentSnapshotId: mine[0]?.id ?? null,
    NetworkAdapters: [{ Name: german ? 'Netzwerkkarte' : 'Network Adapter', SwitchName: 'LAN' }],
    VMIntegrationService: [
      {
        Name: german ? 'Sicherung (Volumeprüfpunkt)' : 'VSS',
        Id: `Microsoft:${vm.id.toUpperCase()}\\5CED1297-4598-4915-A5FC-AD21BB4D02A4`,
        Enabled: look.serviceEnabled,
        OperationalStatus: ['Ok'],
      },
    ],
    HardDrives: [
      ...heads.map((Path, at) => ({
        Path,
        DiskNumber: null,
        ControllerType: 'SCSI',
        ControllerNumber: 0,
        ControllerLocation: at,
        SupportPersistentReservations: false,
      })),
      ...(look.passThrough
        ? [
            {
              Path: 'Disk 4',
              DiskNumber: 4,
              ControllerType: 'SCSI',
              ControllerNumber: 0,
              ControllerLocation: 9,
              SupportPersistentReservations: false,
            },
          ]
        : []),
    ],
  };
}

export function configurationFolder(world: World, vm: LabVm): string {
  return join(world.options.home, 'lab', vm.name);
}

/** A VM that a test has added, or a restore has made: it has a name, and what it was given. */
function plainVm(world: World, id: string, name: string): object {
  const made = world.made.get(id);
  return {
    Name: name,
    Id: id,
    State: made?.state ?? 'Off',
    Status: text(world, 'state'),
    OperationalStatus: ['Ok'],
    Generation: made?.generation ?? 2,
    Version: '9.0',
    Heartbeat: null,
    ReplicationState: 'Disabled',
    IsClustered: false,
    CheckpointType: 'Production',
    MemoryStartup: 1024 * 1024 * 1024,
    ProcessorCount: 1,
    ConfigurationLocation: join(world.options.home, 'lab'),
    ParentSnapshotId: null,
    VMIntegrationService: [],
    NetworkAdapters: (made?.switches ?? []).map((SwitchName) => ({ Name: 'Network Adapter', SwitchName })),
    HardDrives: (made?.disks ?? []).map((Path, at) => ({
      Path,
      DiskNumber: null,
      ControllerType: 'SCSI',
      ControllerNumber: 0,
      ControllerLocation: at,
      SupportPersistentReservations: false,
    })),
  };
}

const getVm: Handler = async (world, { Id, Name }) => {
  // Not elevated, the real one says nothing at all.
  if (world.options.elevated === false) return [];
  const plain = [...(world.options.extraVms ?? []), ...[...world.made].map(([id, { name }]) => ({ id, name }))];
  const known = labVms.filter((vm) => !world.gone.has(vm.id));
  if (typeof Id === 'string') {
    const vm = labVmOf(world, Id);
    const other = plain.find((one) => one.id.toLowerCase() === Id.toLowerCase());
    if (vm === undefined && other === undefined) throw notFound(world, 'GetVM', Id);
    return [vm === undefined ? plainVm(world, other!.id, other!.name) : await vmObject(world, vm)];
  }
  const all = [
    ...(await Promise.all(known.map((vm) => vmObject(world, vm)))),
    ...plain.map(({ id, name }) => plainVm(world, id, name)),
  ];
  return typeof Name === 'string' ? all.filter((vm) => (vm as { Name: string }).Name === Name) : all;
};

const getVhd: Handler = async (world, { Path }) => {
  const path = String(Path);
  if (takeFault(world, 'Get-VHD') !== undefined)
    throw new HostFault(
      `${path}: (0x80070032)`,
      'InvalidParameter,Microsoft.Vhd.PowerShell.Cmdlets.GetVhd',
      'InvalidArgument',
      0x80070032,
    );
  const { top, disk } = await openVhdx({ path }).catch(() => {
    throw new HostFault(
      `${path}: (0x80070002)`,
      'ObjectNotFound,Microsoft.Vhd.PowerShell.Cmdlets.GetVhd',
      'ObjectNotFound',
      0x80070002,
    );
  });
  await disk.close();
  const parent = top.metadata.parent?.get('absolute_win32_path') ?? '';
  return [
    {
      Path: path,
      VhdFormat: 'VHDX',
      VhdType: parent === '' ? 'Dynamic' : 'Differencing',
      Size: disk.sizeBytes,
      FileSize: (await stat(path)).size,
      ParentPath: parent,
    },
  ];
};

const getSnapshots: Handler = async (world, { VMId }) =>
  world.snapshots
    .filter((one) => one.vmId === String(VMId).toLowerCase())
    .map((one) => ({
      Id: one.id,
      VMId: one.vmId,
      Name: 'checkpoint',
      SnapshotType: one.type,
      CreationTime: new Date().toISOString(),
    }));

const getEvents: Handler = async () => [];

function madeVm(world: World, id: unknown, cmdlet: string): NonNullable<ReturnType<World['made']['get']>> {
  const vm = world.made.get(String(id).toLowerCase());
  if (vm === undefined)
    throw new HostFault(
      `${text(world, 'vm')} "${String(id)}".`,
      `ObjectNotFound,Microsoft.HyperV.PowerShell.Commands.${cmdlet}`,
      'ObjectNotFound',
    );
  return vm;
}

const newVm: Handler = async (world, { Name, Generation }) => {
  if (takeFault(world, 'New-VM') !== undefined)
    throw new HostFault('(0x80070003)', 'OperationFailed,Microsoft.HyperV.PowerShell.Commands.NewVM', 'NotSpecified', 0x80070003);
  const id = randomUUID();
  world.made.set(id, { name: String(Name), disks: [], switches: [''], state: 'Off', generation: Number(Generation) });
  return [plainVm(world, id, String(Name))];
};

const importVm: Handler = async (world, { Path, GenerateNewId }) => {
  const failed = (): HostFault =>
    new HostFault('', 'OperationFailed,Microsoft.HyperV.PowerShell.Commands.ImportVM', 'NotSpecified');
  if (takeFault(world, 'Import-VM') !== undefined) throw failed();
  await stat(String(Path)).catch(() => {
    throw failed();
  });
  const was = /([0-9a-f-]{36})\.vmcx$/i.exec(String(Path))?.[1]?.toLowerCase() ?? randomUUID();
  const id = GenerateNewId === true ? randomUUID() : was;
  if (labVmOf(world, id) !== undefined || world.made.has(id)) throw failed();
  world.made.set(id, {
    name: labVms.find((vm) => vm.id === was)?.name ?? 'imported',
    disks: [],
    switches: ['LAN'],
    state: 'Off',
    generation: 2,
  });
  return [plainVm(world, id, world.made.get(id)!.name)];
};

const changeVm: Handler = async (world, { Command, VMId, Path, SwitchName, NewName, Location }) => {
  if (takeFault(world, String(Command)) !== undefined)
    throw new HostFault(
      '(0x80070005)',
      `AccessDenied,Microsoft.HyperV.PowerShell.Commands.${String(Command).replace('-', '')}`,
      'PermissionDenied',
      0x80070005,
    );
  const vm = madeVm(world, VMId, String(Command).replace('-', ''));
  if (Command === 'Add-VMHardDiskDrive') vm.disks.push(String(Path));
  if (Command === 'Set-VMHardDiskDrive') vm.disks[Number(Location)] = String(Path);
  if (Command === 'Remove-VMHardDiskDrive') vm.disks.splice(Number(Location), 1);
  if (Command === 'Disconnect-VMNetworkAdapter') vm.switches = vm.switches.map(() => '');
  if (Command === 'Connect-VMNetworkAdapter') vm.switches = vm.switches.map(() => String(SwitchName));
  if (Command === 'Rename-VM') vm.name = String(NewName);
  return [];
};

const registerTask: Handler = async (world, given) => {
  if (takeFault(world, 'Register-ScheduledTask') !== undefined)
    throw new HostFault('(0x80070005)', 'HRESULT 0x80070005,Register-ScheduledTask', 'PermissionDenied', 0x80070005);
  world.tasks.set(String(given['TaskName']), given);
  return [{ TaskName: given['TaskName'], TaskPath: given['TaskPath'] }];
};

const getTasks: Handler = async (world, { TaskName }) =>
  [...world.tasks.values()]
    .filter((task) => typeof TaskName !== 'string' || task['TaskName'] === TaskName)
    .map((task) => ({ ...task, State: 'Ready' }));

const removeTask: Handler = async (world, { TaskName }) => {
  if (!world.tasks.delete(String(TaskName)))
    throw new HostFault(
      '(0x80070002)',
      'CmdletizationQuery_NotFound_TaskName,Unregister-ScheduledTask',
      'ObjectNotFound',
      0x80070002,
    );
  return [];
};

export const cmdlets: Readonly<Record<string, Handler>> = {
  'Get-VM': getVm,
  'Get-VHD': getVhd,
  'Get-VMSnapshot': getSnapshots,
  'Get-WinEvent': getEvents,
  'New-VM': newVm,
  'Import-VM': importVm,
  'Change-VM': changeVm,
  'Register-ScheduledTask': registerTask,
  'Get-ScheduledTask': getTasks,
  'Unregister-ScheduledTask': removeTask,
};

/** The volume that the lab lies on, as Win32_Volume names volumes: with a separator at its end. */
export function volumeOf(world: World): string {
  return dirname(join(world.options.home, 'lab')) + sep;
}
