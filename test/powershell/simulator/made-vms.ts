import { HostFault, labVmOf, type World } from './world.ts';

export interface Drive {
  readonly id: string;
  readonly type: 'IDE' | 'SCSI';
  readonly number: number;
  readonly location: number;
  path: string;
  /** Of a disk of the host that the VM has directly. */
  readonly diskNumber?: number;
}

export interface Adapter {
  readonly id: string;
  readonly name: string;
  /** Empty: connected to nothing. */
  switch: string;
}

/** A VM that is no VM of the lab: made or imported by a script, or added by a test. */
export interface MadeVm {
  readonly id: string;
  name: string;
  readonly generation: number;
  readonly version: string;
  readonly memoryBytes: number;
  processors: number;
  state: string;
  /** Milliseconds since 1970; 0 while it is off. */
  startedAt: number;
  startAction: string;
  checkpointType: string;
  readonly folder: string;
  scsiControllers: number;
  secureBoot: boolean;
  drives: Drive[];
  adapters: Adapter[];
  iso: string;
  /** Under a compatibility report: not a VM yet. */
  planned: boolean;
}

export function plainVm(id: string, name: string): MadeVm {
  return {
    id,
    name,
    generation: 2,
    version: '9.0',
    memoryBytes: 1024 * 1024 * 1024,
    processors: 1,
    state: 'Off',
    startedAt: 0,
    startAction: 'StartIfRunning',
    checkpointType: 'Production',
    folder: '/',
    scsiControllers: 1,
    secureBoot: true,
    drives: [],
    adapters: [],
    iso: '',
    planned: false,
  };
}

/** What Get-VM shows of it. */
export function madeVmObject(vm: MadeVm, status: string, heartbeat: string | null = null): object {
  return {
    Name: vm.name,
    Id: vm.id,
    State: vm.state,
    Status: status,
    OperationalStatus: ['Ok'],
    Generation: vm.generation,
    Version: vm.version,
    Heartbeat: heartbeat,
    Uptime: vm.startedAt === 0 ? 0 : Math.max(1, Date.now() - vm.startedAt),
    ReplicationState: 'Disabled',
    IsClustered: false,
    CheckpointType: vm.checkpointType,
    AutomaticStartAction: vm.startAction,
    MemoryStartup: vm.memoryBytes,
    ProcessorCount: vm.processors,
    ConfigurationLocation: vm.folder,
    ParentSnapshotId: null,
    VMIntegrationService: [],
    NetworkAdapters: vm.adapters.map(({ id, name, switch: SwitchName }) => ({ Id: id, Name: name, SwitchName })),
    DVDDrives:
      vm.iso === ''
        ? []
        : [{ Id: 'dvd', DvdMediaType: 'ISO', Path: vm.iso, ControllerType: 'SCSI', ControllerNumber: 0, ControllerLocation: 63 }],
    HardDrives: vm.drives.map((drive) => ({
      Id: drive.id,
      Path: drive.path,
      DiskNumber: drive.diskNumber ?? null,
      ControllerType: drive.type,
      ControllerNumber: drive.number,
      ControllerLocation: drive.location,
      SupportPersistentReservations: false,
    })),
  };
}

export function isTaken(world: World, id: string): boolean {
  const made = world.made.get(id);
  return labVmOf(world, id) !== undefined || (made !== undefined && !made.planned);
}

export function noVm(id: string, cmdlet: string): HostFault {
  return new HostFault(
    `Hyper-V was unable to find a virtual machine with id "${id}".`,
    `ObjectNotFound,Microsoft.HyperV.PowerShell.Commands.${cmdlet.replace('-', '')}`,
    'ObjectNotFound',
  );
}

export function failed(cmdlet: string, hresult = 0x80131500): HostFault {
  const number = hresult === 0x80131500 ? '' : ` (0x${hresult.toString(16).toUpperCase()})`;
  const name = cmdlet === 'Import-VM' || cmdlet === 'Compare-VM' ? `${cmdlet.replace('-', '')}Command` : cmdlet.replace('-', '');
  return new HostFault(
    `${cmdlet}${number}`,
    `OperationFailed,Microsoft.HyperV.PowerShell.Commands.${name}`,
    'NotSpecified',
    hresult,
  );
}

export function wrongState(cmdlet: string): HostFault {
  return new HostFault(
    'The operation cannot be performed while the virtual machine is in its current state.',
    `InvalidState,Microsoft.HyperV.PowerShell.Commands.${cmdlet.replace('-', '')}`,
    'InvalidOperation',
  );
}
