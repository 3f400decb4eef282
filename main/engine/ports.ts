/**
 * What the engine needs from outside. Each port has one hand-written fake in the tests, and every
 * implementation passes the port's conformance suite in `test/conformance`.
 */
import type {
  ByteRange,
  CheckView,
  Consistency,
  ConsistencyPolicy,
  DefinitionFile,
  ErrorCode,
  RunId,
  StepReport,
} from '#contract';
import type { DiskDescriptor } from './formats/disk-descriptor.ts';

export type { CopiedToGuest, GuestCopier, GuestFilesRequest, GuestFilesSession, GuestWay } from './guest-port.ts';
export type { ScheduledJob, ScheduledState, Scheduler, WakeTimes } from './scheduler-port.ts';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** @throws the signal's reason when it aborts */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  bytes(length: number): Buffer;
}

export interface Log {
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
}

/** Secrets live in the operating system's keystore; never in argv, logs or the state database. */
export interface Secrets {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  delete(name: string): Promise<void>;
}

export interface HostFacts {
  readonly id: string;
  readonly name: string;
  readonly kind: 'hyper-v' | 'lab';
  readonly os: string;
  /** Whether path B of the reference (recovery checkpoints with change tracking) works here. */
  readonly changeTracking: boolean;
}

export type VmState = 'running' | 'off' | 'saved' | 'paused' | 'other';

export interface VmFacts {
  readonly id: string;
  readonly name: string;
  readonly state: VmState;
  readonly generation: 1 | 2;
  readonly configurationVersion: string;
  readonly guestOs: 'windows' | 'linux' | 'unknown';
  /** The best consistency that the guest can give in its present state. */
  readonly reachable: Consistency;
  readonly disks: readonly VmDisk[];
}

export interface VmDisk {
  readonly path: string;
  readonly sizeBytes: number;
  readonly allocatedBytes: number;
  /** Where it is attached, as administrators say it: `SCSI 0:1`. */
  readonly slot?: string;
}

export interface PreflightCheck extends CheckView {
  /** What a run ends with that this stands in the way of; `host/vm-busy` where it is left out. */
  readonly code?: ErrorCode;
}

/** Something that a run of ours left on the host. */
export interface Residue {
  /** `ledger`: a file of notes that cannot be read; somebody has to look, and until then nothing is known of its VM. */
  readonly kind: 'checkpoint' | 'reference-point' | 'shadow-copy' | 'merge' | 'restore' | 'recovery' | 'ledger';
  readonly id: string;
  readonly vmId: string;
  readonly vm: string;
  /** The run that made it. */
  readonly run: RunId;
  /** Of a reference point: the repository whose next run starts from it. Left out where an earlier build has made it. */
  readonly repository?: string;
  /** Of a reference point: when its checkpoint was asked for. Left out where nobody has noted it. */
  readonly at?: number;
}

export interface BackupRequest {
  readonly vmId: string;
  readonly run: RunId;
  /** `require` makes the host fail rather than go below application (or, for Linux, file-system) consistency. */
  readonly policy: ConsistencyPolicy;
  /** Full backup type: guest writers truncate logs after success. `false` is a copy backup. */
  readonly truncateLogs: boolean;
  /** Report changes since this reference point; null reads everything. */
  readonly since: string | null;
  /** The id of the repository that this goes into: the reference point that it leaves takes the place of the older ones of that one alone. */
  readonly repository: string;
  /**
   * Which attempt of its job this is, from 0. From the second on, what VSS calls retryable is not tried again within: the job comes
   * back anyway, and pauses do not multiply.
   */
  readonly attempt?: number;
}

export type ChangedRanges =
  | { readonly known: true; readonly ranges: readonly ByteRange[] }
  /** `reason` is a sentence for the operator: why everything must be read. */
  | { readonly known: false; readonly reason: string };

export interface SessionDisk {
  readonly index: number;
  readonly label: string;
  readonly source: DiskDescriptor;
  readonly changed: ChangedRanges;
}

export interface Completion {
  /** The change-tracking baseline that the next run starts from; null where the host has none. */
  readonly referencePoint: string | null;
  readonly logsTruncated: boolean;
  /** What the host goes on with alone where the run was cancelled meanwhile: residue until somebody has seen its end. */
  readonly goesOn: 'merge' | 'shadow-copy' | null;
  /** What the host has not shown of the end: a sentence for the operator, and a warning of the run. */
  readonly unconfirmed: string | null;
}

/** What a host says at last that the guest was brought to. */
export type OnReached = (reached: Consistency) => Promise<void>;

/** A VM held in a consistent state on a checkpoint, ready to be read. */
export interface BackupSession {
  /** What the guest was brought to; while it is not proven, what it was asked for. */
  readonly consistency: Consistency;
  /** False where the host tells only at completion whether the guest took part. Until then nobody may claim more than `crash`. */
  readonly proven: boolean;
  /**
   * Whether the guest has brought its file systems to rest for this. A VM that is off has not: what it left is what its end left, which may
   * have been a power cut.
   */
  readonly atRest: boolean;
  /** Why less than application consistency was reached; null when it was. */
  readonly consistencyNote: string | null;
  readonly takenAt: number;
  readonly disks: readonly SessionDisk[];
  readonly definition: readonly DefinitionFile[];
  /**
   * Called once the restore point is safe. Converts the checkpoint to a reference point, tells the guest's
   * writers of success so that they truncate their logs, drops the older reference points of the same repository, and waits for the
   * merge. Reports `release` and `post-backup` steps. `onReached` is called once for a session that was not proven, as soon as
   * the host tells what was reached, and waited for. A run that is cancelled meanwhile waits for nothing that the host does alone.
   * @throws HostkeepError host/checkpoint-gone when what was read may be of no one moment; host/merge-timeout, host/release-failed, host/unreachable
   */
  complete(onReached?: OnReached): Promise<Completion>;
  /** Undoes everything: no truncation, no reference point; the older reference point stays. A cancelled run does not wait for the merge. */
  abort(reason: string): Promise<void>;
}

export interface Cleaning {
  readonly signal?: AbortSignal;
  /** False: what the host still works on is left to it (host/merge-timeout). */
  readonly wait?: boolean;
}

/** A host that runs VMs: Hyper-V through PowerShell, or the lab. */
export interface Hypervisor {
  facts(): Promise<HostFacts>;
  listVms(): Promise<readonly VmFacts[]>;
  /** Checks of the host, and of the given VMs (ids); all VMs when none is given. */
  preflight(vmIds?: readonly string[]): Promise<readonly PreflightCheck[]>;
  /** Whether the disk chain of the VM is as it was before any backup: no checkpoint of ours, no merge pending. */
  listResidue(): Promise<readonly Residue[]>;
  cleanResidue(residue: Residue, how?: Cleaning): Promise<void>;
  /**
   * Brings the guest to rest and makes the checkpoint; reports `enumerate-writers` to `checkpoint` steps as they happen.
   * What VSS calls retryable is tried again after a pause, and reported as a warning.
   * When it throws, nothing is left on the host, unless the host itself vanished.
   * @throws HostkeepError host/*
   */
  beginBackup(request: BackupRequest, report: (step: StepReport) => void, signal: AbortSignal): Promise<BackupSession>;
}

export interface VmRestoreRequest {
  readonly run: RunId;
  /** The VM as it was backed up. */
  readonly vmId: string | null;
  readonly definition: readonly DefinitionFile[];
  readonly disks: readonly { readonly index: number; readonly label: string; readonly sizeBytes: number }[];
  /** What the VM is to be called. */
  readonly name: string;
  /** Folder on the host; the VM gets a folder of its own in it. */
  readonly folder: string;
  readonly newIdentity: boolean;
  /** Make the VM anew from the facts that were noted, even where the host's own configuration files are there. */
  readonly rebuild: boolean;
  /** Take the place of the VM that has this identity now. It must be off; its disks stay where they are. */
  readonly replaceExisting: boolean;
  readonly disconnectNetwork: boolean;
  readonly start: boolean;
}

export interface DiskReplaceRequest {
  readonly run: RunId;
  /** The VM on the host; it must be off and have no checkpoints. */
  readonly vmId: string;
  /** Which of its disks, counted as in `VmFacts.disks`. */
  readonly disk: number;
  readonly sizeBytes: number;
}

/** A restore that has its place on the host and waits for the content of its disks. */
export interface RestoreSession {
  /** The file to write for each disk, as this computer reaches it, and as the host calls it. */
  readonly targets: readonly { readonly index: number; readonly path: string; readonly hostPath: string }[];
  /**
   * Called once every disk is written and flushed: defines or changes the VM, attaches, grants, and starts it if that was asked for.
   * When it throws, what it made is gone again or listed as residue.
   * @throws HostkeepError host/*
   */
  complete(): Promise<RestoredOnHost>;
  /** Removes everything that the restore has made. */
  abort(reason: string): Promise<void>;
}

export interface RestoredOnHost {
  readonly vmId: string;
  readonly name: string;
  readonly files: readonly string[];
  /** What an operator should know: a switch that is not there, old disks that were kept ... */
  readonly warnings: readonly string[];
}

/** Brings VMs and disks back onto a host. It shares the residue list with the `Hypervisor` of the same host. */
export interface VmRestorer {
  /** @throws HostkeepError host/vm-exists, host/name-taken, host/vm-running, host/folder-taken, host/no-space, host/* */
  beginVm(request: VmRestoreRequest, report: (step: StepReport) => void, signal: AbortSignal): Promise<RestoreSession>;
  /** @throws HostkeepError host/vm-not-found, host/vm-running, host/has-checkpoints, host/disk-not-found, host/no-space, host/* */
  beginDisk(request: DiskReplaceRequest, report: (step: StepReport) => void, signal: AbortSignal): Promise<RestoreSession>;
}

export interface RecoveryRequest {
  readonly run: RunId;
  readonly definition: readonly DefinitionFile[];
  readonly disks: readonly { readonly index: number; readonly label: string; readonly sizeBytes: number }[];
  /** What the VM is to be called; no VM on the host may have that name. */
  readonly name: string;
  /** Folder on the host; the VM's configuration gets a folder of its own in it. */
  readonly folder: string;
  /** Make the VM anew from the facts that were noted, even where the host's own configuration files are there. */
  readonly rebuild: boolean;
  /** Null: no adapter is connected. Else the switch that all of them are connected to: an isolated one, for a drill. */
  readonly network: string | null;
  readonly start: boolean;
}

/** Disks that are served over iSCSI, as the host reaches them. */
export interface ServedDisks {
  readonly address: string;
  readonly port: number;
  readonly iqn: string;
  readonly chap: { readonly user: string; readonly secret: string } | null;
  readonly units: readonly { readonly disk: number; readonly lun: number; readonly serial: string; readonly sizeBytes: number }[];
}

/** A recovery that has its place on the host; nothing runs yet. */
export interface RecoverySession {
  /** The name under which the host's initiator logs in. */
  readonly initiator: string;
  /**
   * Connects the initiator, keeps the host's own hands off the disks, makes the VM on them under a new identity, and starts it.
   * When it throws, what it made is gone again or listed as residue.
   * @throws HostkeepError host/target-*, host/disk-busy, host/import-failed, host/vm-start-failed, host/*
   */
  run(disks: ServedDisks): Promise<{ readonly vmId: string; readonly name: string; readonly warnings: readonly string[] }>;
  /** Removes everything that the recovery has made. */
  abort(reason: string): Promise<void>;
}

/** `starting` to `discarding` are for a moment: what a run that died left in one of them is residue. `running` stays until it is ended. */
export type RecoveryPhase = 'starting' | 'running' | 'finalising' | 'switching' | 'discarding';

/** A recovery as the host knows it. */
export interface HostedRecovery {
  /** The run that began it: its id. */
  readonly run: RunId;
  /** The run that is at work on it. */
  readonly by: RunId;
  readonly phase: RecoveryPhase;
  readonly vmId: string | null;
  readonly vm: string;
}

export type Heartbeat = 'none' | 'ok' | 'lost' | 'off';

/** A picture of a VM's screen, as rows of 16-bit pixels (RGB 565, little-endian). */
export interface ScreenPicture {
  readonly width: number;
  readonly height: number;
  readonly rgb565: Buffer;
}

export interface VmLook {
  readonly state: VmState;
  /** `none`: the guest has not answered yet, or cannot. */
  readonly heartbeat: Heartbeat;
  readonly uptimeMs: number;
  /** Null where none was asked for, or the host has none now. */
  readonly picture: ScreenPicture | null;
}

export interface FinaliseRequest {
  /** The recovery. */
  readonly run: RunId;
  /** The run that finalises it. */
  readonly by: RunId;
  readonly disks: readonly { readonly index: number; readonly label: string; readonly sizeBytes: number }[];
}

/** The VM still runs from the backup storage while its local disks are written. */
export interface FinaliseSession {
  readonly targets: RestoreSession['targets'];
  /**
   * Shuts the guest down; afterwards nothing is written to the published disks any more.
   * @throws HostkeepError host/guest-not-stopping, host/*
   */
  stop(turnOff: boolean): Promise<void>;
  /** The local disks take the place of the published ones; the VM is started if it ran. From here on it is a VM like any other. */
  complete(): Promise<{ readonly vmId: string; readonly name: string; readonly files: readonly string[] }>;
  /** The local disks go, and the VM runs on from the backup storage; once disks are being switched, that is brought to its end. */
  abort(reason: string): Promise<void>;
}

/** Runs VMs from disks that are served over iSCSI. It shares the residue list with the `Hypervisor` of the same host. */
export interface VmRecoverer {
  /** @throws HostkeepError host/name-taken, host/folder-taken, host/initiator-disabled, host/initiator-missing, host/* */
  begin(request: RecoveryRequest, report: (step: StepReport) => void, signal: AbortSignal): Promise<RecoverySession>;
  list(): Promise<readonly HostedRecovery[]>;
  /** @throws HostkeepError host/recovery-gone, host/* */
  look(run: RunId, picture: boolean): Promise<VmLook>;
  /** @throws HostkeepError host/recovery-gone, host/recovery-busy, host/no-space, host/* */
  beginFinalise(request: FinaliseRequest, report: (step: StepReport) => void): Promise<FinaliseSession>;
  /** Turns the VM off and removes everything that the recovery has made. A recovery that is not there is fine. */
  discard(of: { readonly run: RunId; readonly by: RunId }, report: (step: StepReport) => void): Promise<void>;
}
