import { randomUUID } from 'node:crypto';
import type { ByteRange } from '#contract';
import { newInitiator, type InitiatorState } from './initiator.ts';
import type { SimulatedGuest } from './guests.ts';
import type { MadeVm } from './made-vms.ts';
import type { Task, TaskService } from './task-service.ts';
import { labVms, type LabVm } from '../../../main/lab/vms.ts';

/** What the simulated host is like; section 9 of the reference. */
export interface WorldOptions {
  readonly home: string;
  readonly locale?: 'en' | 'de';
  /** `2012r2` has no change tracking, `2016` no GuestBackupType, `client` no Hyper-V writer and no diskshadow. */
  readonly edition?: 'server' | '2016' | '2012r2' | 'client';
  readonly elevated?: boolean;
  readonly moduleInstalled?: boolean;
  readonly managementRuns?: boolean;
  /** The disks of the VMs hold nothing, no database log either. */
  readonly smallDisks?: boolean;
  /** Exit code of diskshadow after an error: nobody has written down what it is. */
  readonly diskshadowFailsWith?: number;
  /** Folder on another volume that the VMs' configurations lie in; else they lie beside their disks. */
  readonly configurationAt?: string;
  /** VMs without disks, besides those of the lab. */
  readonly extraVms?: readonly { readonly id: string; readonly name: string }[];
}

/** What can go wrong on a host (reference, 9.4), each with what it stands for. */
export const faultNames = {
  'vss-failed': 'the guest refuses VSS (0x800423F4)',
  'vss-retryable': 'a writer asks for another try (0x800423F3)',
  'silent-fallback': 'the host makes the checkpoint without the guest and says nothing',
  'level-untold': 'the host does not say whether the guest took part',
  'out-of-space': 'no room for the checkpoint or the shadow copy',
  'file-busy': 'a file is locked (0x80070020)',
  'chain-broken': 'the chain of disks is corrupt (0x80070032)',
  'job-fails': 'a job fails without a number',
  'job-vanishes': 'a job is gone when it is looked at',
  slow: 'a job does not end',
  refused: 'the method answers "invalid state"',
  denied: 'access is denied',
  'host-dies': 'the connection to the host is gone',
  'host-reboots': 'the host restarts',
  'vm-vanishes': 'the VM is deleted',
  'vm-pauses': 'the volume is full and the VM is paused',
  'name-duplicate': 'another VM gets the same name',
  'tracking-lost': 'the change-tracking id is unknown',
  'merge-hangs': 'the merge does not end',
  'merge-fails': 'the merge fails (0x80070020) and leaves the .avhdx',
  'checkpoint-stays': 'the job succeeds and the checkpoint stays',
  'shadow-busy': 'another shadow copy is being made (0x80042316)',
  'provider-failed': 'the provider vetoes (0x80042306)',
  'requester-dies': 'the requester dies before it has noted what it made',
  'vm-saved': 'the host saves the VM instead of asking its guest',
  'vm-left-out': 'the requester leaves the VM out and says nothing',
  'writer-missing': 'the Hyper-V writer is not listed',
  'share-missing': 'there is no such share',
  'share-credentials': 'the share refuses user name or password',
  'share-conflict': 'there is a connection as somebody else',
} as const;
export type FaultName = keyof typeof faultNames;

/** Happens when the host is asked for `at`: a method of WMI, a cmdlet, or a command of diskshadow. */
export interface WorldFault {
  readonly at: string;
  readonly name: FaultName;
  /** Only once this has been asked for. */
  readonly after?: string;
  times: number;
}

export interface Snapshot {
  readonly id: string;
  readonly vmId: string;
  /** False: a checkpoint of somebody else, which has no disks here. */
  readonly ours: boolean;
  readonly type: 'Recovery' | 'Standard';
  /** Whether the guest took part. */
  readonly application?: boolean;
  /** False: the host will not say so. */
  readonly told?: boolean;
}

export interface Point {
  readonly id: string;
  readonly vmId: string;
  readonly ours: boolean;
  readonly changed: readonly (readonly ByteRange[])[];
  readonly application?: boolean;
  readonly told?: boolean;
}

export interface Job {
  readonly id: string;
  readonly at: string;
  readonly vmId: string;
  polls: number;
  readonly act: () => Promise<object | null>;
  fault: FaultName | undefined;
  result: object | null;
  ended: boolean;
}

/** A host in memory, over the disks of a lab. */
export interface World {
  readonly options: WorldOptions;
  readonly faults: WorldFault[];
  readonly calls: string[];
  onCall: ((call: string) => void) | undefined;
  /** The host does not answer the next request: its connection is gone. */
  down: boolean;
  snapshots: Snapshot[];
  points: Point[];
  readonly jobs: Map<string, Job>;
  /** Ends the console programs that run on the host. */
  readonly processes: Set<() => void>;
  shadows: {
    readonly id: string;
    readonly ours: boolean;
    readonly files: Readonly<Record<string, string>>;
    mount: string | null;
    /** DeviceID of the volume, and when. */
    readonly volume: string;
    readonly madeAt: number;
    readonly clientAccessible: boolean;
  }[];
  readonly gone: Set<string>;
  /** Win32_Volume does not tell the volume that the disks lie on, as for a share of another server. */
  volumesHidden: boolean;
  /** What Get-VHD says that the disks are. */
  diskFormat: 'VHDX' | 'VHD';
  readonly merging: Set<string>;
  /** VMs whose merge has failed: their disks go on in the .avhdx files, and no checkpoint explains it. */
  readonly unmerged: Set<string>;
  readonly events: {
    readonly log: string;
    readonly id: number;
    /** In the language of the host; empty where the host has no text for it. */
    readonly text: string;
    readonly at?: Date;
    /** What was put into the text. */
    readonly values?: readonly (string | number)[];
  }[];
  /** The Application log as our scripts wrote it, and who may write there. */
  readonly written: {
    readonly log: string;
    readonly source: string;
    readonly level: string;
    readonly id: number;
    readonly text: string;
  }[];
  readonly eventSources: Set<string>;
  readonly truncated: string[];
  readonly tasks: Map<string, Task>;
  /** Guests that PowerShell Direct reaches, by id of the VM. */
  readonly guests: Map<string, SimulatedGuest>;
  /** Ids of VMs whose guest service is on. */
  readonly guestServices: Set<string>;
  /** Moves the clock of Task Scheduler; a world without it has tasks that nobody starts. */
  taskService: TaskService | null;
  /** VMs that scripts have made or imported, and those that an import is planning. */
  readonly made: Map<string, MadeVm>;
  /** Files that a VM was granted by icacls, as `vm id|path`. */
  readonly grants: Set<string>;
  readonly vmState: Map<string, Partial<VmLook>>;
  /** Of the workstation to shares, with user and password. */
  readonly connections: Map<string, string>;
  readonly initiator: InitiatorState;
  /** Folders whose rights icacls has replaced, with the new ones. */
  readonly closed: Map<string, readonly string[]>;
}

/** What a test can change on a VM. */
export interface VmLook {
  readonly name: string;
  readonly state: string;
  readonly version: string;
  readonly serviceEnabled: boolean;
  readonly tellsSystem: boolean;
  readonly passThrough: boolean;
  /** A disk that several VMs share: checkpoints leave it as it is, and the guest goes on writing into it. */
  readonly sharedDisk: number | null;
  readonly clustered: boolean;
}

export function newWorld(options: WorldOptions): World {
  return {
    options,
    faults: [],
    calls: [],
    onCall: undefined,
    down: false,
    snapshots: [],
    points: [],
    jobs: new Map(),
    processes: new Set(),
    shadows: [],
    gone: new Set(),
    volumesHidden: false,
    diskFormat: 'VHDX',
    merging: new Set(),
    unmerged: new Set(),
    events: [],
    written: [],
    eventSources: new Set(),
    truncated: [],
    tasks: new Map(),
    taskService: null,
    guests: new Map(),
    guestServices: new Set(),
    made: new Map(),
    grants: new Set(),
    vmState: new Map(),
    connections: new Map(),
    initiator: newInitiator(),
    closed: new Map(),
  };
}

export function takeFault(world: World, at: string, ...names: readonly FaultName[]): FaultName | undefined {
  const found = world.faults.find(
    (fault) => fault.at === at && fault.times > 0 && isDue(world, fault) && (names.length === 0 || names.includes(fault.name)),
  );
  if (found === undefined) return undefined;
  found.times -= 1;
  return found.name;
}

function isDue({ calls }: World, { after, at }: WorldFault): boolean {
  if (after === undefined) return true;
  // The same thing twice: the first time is over when it is asked again.
  return after === at ? calls.filter((call) => call === at).length > 1 : calls.includes(after);
}

/** Notes what the host is asked for. */
export function noteCall(world: World, call: string): void {
  world.calls.push(call);
  world.onCall?.(call);
}

export function labVmOf(world: World, id: string): LabVm | undefined {
  return world.gone.has(id.toLowerCase()) ? undefined : labVms.find((vm) => vm.id === id.toLowerCase());
}

export function lookOf(world: World, vm: LabVm): VmLook {
  const old = world.options.edition === '2012r2';
  return {
    name: vm.name,
    state: 'Running',
    version: old ? '5.0' : '9.0',
    serviceEnabled: true,
    tellsSystem: true,
    passThrough: false,
    sharedDisk: null,
    clustered: false,
    ...world.vmState.get(vm.id),
  };
}

/** The host goes down and comes back: jobs and processes are gone, checkpoints and shadow copies are not. */
export function reboot(world: World): void {
  world.down = true;
  world.jobs.clear();
  for (const kill of world.processes) kill();
}

/** Things of other people, which must outlive everything that Hostkeep does. */
export function addForeign(world: World, vmId: string): void {
  world.snapshots.push({ id: randomUUID(), vmId, ours: false, type: 'Recovery' });
  world.points.push({ id: randomUUID(), vmId, ours: false, changed: [] });
  addForeignShadow(world, { madeAt: 0 });
}

export function addForeignShadow(world: World, of: Partial<World['shadows'][number]>): void {
  const plain = { volume: '', madeAt: Date.now(), clientAccessible: false };
  world.shadows.push({ id: randomUUID(), ours: false, files: {}, mount: null, ...plain, ...of });
}

export function foreignOf(world: World): number {
  return [...world.snapshots, ...world.points, ...world.shadows].filter((one) => !one.ours).length;
}

/** An error as the real command raises it; its text is in the language of the host. */
export class HostFault extends Error {
  readonly errorId: string;
  readonly category: string;
  readonly hresult: number;
  constructor(text: string, errorId: string, category: string, hresult = 0x80131500) {
    super(text);
    this.errorId = errorId;
    this.category = category;
    this.hresult = hresult;
  }
}
