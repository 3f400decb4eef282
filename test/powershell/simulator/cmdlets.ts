import { canRead, iscsiCmdlets } from './iscsi-cmdlets.ts';
import { eventCmdlets } from './event-cmdlets.ts';
import { stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { openVhdx } from '#engine/formats/vhdx';
import { readLab } from '../../../main/lab/state.ts';
import { labVms, type LabVm } from '../../../main/lab/vms.ts';
import { isCheckpointing } from './cim/jobs.ts';
import { copyVmFile, invokeGuest, useGuestSession } from './guests.ts';
import { madeVmObject, plainVm, type MadeVm } from './made-vms.ts';
import { configurationFolder } from './configuration.ts';
import { restoreCmdlets } from './restore-cmdlets.ts';
import { shareCmdlets } from './share-cmdlets.ts';
import { taskCmdlets } from './task-cmdlets.ts';
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
    OperationalStatus: statusOf(world, vm),
    Generation: 2,
    Version: look.version,
    Heartbeat: look.state === 'Running' ? 'OkApplicationsHealthy' : null,
    ReplicationState: 'Disabled',
    IsClustered: look.clustered,
    CheckpointType: 'Production',
    MemoryStartup: vm.memoryMegabytes * 1024 * 1024,
    ProcessorCount: 2,
    ConfigurationLocation: configurationFolder(world, vm),
    SnapshotFileLocation: configurationFolder(world, vm),
    ParentSnapshotId: mine[0]?.id ?? null,
    NetworkAdapters: [{ Name: german ? 'Netzwerkkarte' : 'Network Adapter', SwitchName: 'LAN' }],
    VMIntegrationService: [
      {
        Name: german ? 'Sicherung (Volumeprüfpunkt)' : 'VSS',
        Id: `Microsoft:${vm.id.toUpperCase()}\\5CED1297-4598-4915-A5FC-AD21BB4D02A4`,
        Enabled: look.serviceEnabled,
        OperationalStatus: ['Ok'],
      },
      {
        Name: german ? 'Gastdienstschnittstelle' : 'Guest Service Interface',
        Id: `Microsoft:${vm.id.toUpperCase()}\\6C09BB55-D683-4DA0-8931-C9BF705F6480`,
        Enabled: world.guestServices.has(vm.id),
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

function statusOf(world: World, { id }: LabVm): readonly string[] {
  if (isCheckpointing(world, id)) return ['InService', 'CreatingSnapshot'];
  return world.merging.has(id) ? ['InService', 'MergingDisks'] : ['Ok'];
}

/** A guest answers as long as it can read its disk. */
async function heartbeatOf(world: World, vm: MadeVm): Promise<string | null> {
  if (vm.state !== 'Running') return null;
  const direct = vm.drives.flatMap((drive) => drive.diskNumber ?? []);
  if (direct.length === 0) return 'NoContact';
  for (const number of direct) if (!(await canRead(world, number))) return 'LostCommunication';
  return 'OkApplicationsUnknown';
}

const getVm: Handler = async (world, { Id, Name }) => {
  // Not elevated, the real one says nothing at all.
  if (world.options.elevated === false) return [];
  const extra = (world.options.extraVms ?? []).map(({ id, name }) => plainVm(id, name));
  const plain = [...extra, ...world.made.values()].filter((vm) => !vm.planned);
  const known = labVms.filter((vm) => !world.gone.has(vm.id));
  if (typeof Id === 'string') {
    const vm = labVmOf(world, Id);
    const other = plain.find((one) => one.id.toLowerCase() === Id.toLowerCase());
    if (vm === undefined && other === undefined) throw notFound(world, 'GetVM', Id);
    return [
      vm === undefined ? madeVmObject(other!, text(world, 'state'), await heartbeatOf(world, other!)) : await vmObject(world, vm),
    ];
  }
  const all = [
    ...(await Promise.all(known.map((vm) => vmObject(world, vm)))),
    ...plain.map((vm) => madeVmObject(vm, text(world, 'state'))),
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
      VhdFormat: world.diskFormat,
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

const getEvents: Handler = async ({ events }, { LogName, Id, StartTime }) => {
  const ids = [Id ?? []].flat();
  const from = typeof StartTime === 'string' ? Date.parse(StartTime) : 0;
  const found = events.filter(
    (one) => one.log === LogName && (ids.length === 0 || ids.includes(one.id)) && (one.at ?? new Date()).getTime() >= from,
  );
  // As the real one: a log without such an event is an error.
  if (found.length === 0)
    throw new HostFault('', 'NoMatchingEventsFound,Microsoft.PowerShell.Commands.GetWinEventCommand', 'ObjectNotFound');
  return found.map((one) => ({
    Id: one.id,
    Message: one.text,
    TimeCreated: (one.at ?? new Date()).toISOString(),
    Properties: (one.values ?? []).map((Value) => ({ Value })),
  }));
};

export const cmdlets: Readonly<Record<string, Handler>> = {
  'Get-VM': getVm,
  'Get-VHD': getVhd,
  'Get-VMSnapshot': getSnapshots,
  'Get-WinEvent': getEvents,
  'Invoke-Guest': invokeGuest,
  'Use-GuestSession': useGuestSession,
  'Copy-VMFile': copyVmFile,
  ...restoreCmdlets,
  ...shareCmdlets,
  ...taskCmdlets,
  ...eventCmdlets,
  ...iscsiCmdlets,
};

/** The volume that the lab lies on, as Win32_Volume names volumes: with a separator at its end. */
export function volumeOf(world: World): string {
  return dirname(join(world.options.home, 'lab')) + sep;
}

/** There is one more, which holds everything else. */
export function volumeOfFile(world: World, file: string): string {
  return file.startsWith(volumeOf(world)) ? volumeOf(world) : '/';
}
