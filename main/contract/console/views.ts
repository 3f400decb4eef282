/** What the console is told: answers of the request handler, as plain data. */
import type { MonthlyReport } from '../jobs/report.ts';
import type { KeepRule, Retention } from '../jobs/retention.ts';
import type { PlannedStart, Recurrence } from '../jobs/schedule.ts';
import type { Drill, DrillRecord } from '../drills.ts';
import type { EvidenceSummary } from '../evidence.ts';
import type { Consistency, PointId, RunId } from '../ids.ts';
import type { CheckSentence } from '../sentences/checks.ts';
import type { ErrorData } from '../errors/hostkeep-error.ts';
import type { OnHost, RecordedStep, RunProgress, RunRecord, RunReport, RunState, VmOutcome } from '../runs.ts';

/** An error with what to do about it. */
export type ErrorView = ErrorData & { readonly remedy: string };

export interface SessionView {
  readonly version: string;
  readonly mode: 'browser' | 'desktop';
  readonly platform: string;
  readonly user: string;
  readonly home: string;
  /** Whether secrets can be kept in the operating system's keystore. */
  readonly keystore: boolean;
  /** Whether a passphrase can be remembered for this user. */
  readonly canRemember: boolean;
  /** How long a restore point that is let go by hand can come back. */
  readonly graceDays: number;
}

export interface HostView {
  readonly name: string;
  readonly kind: 'hyper-v' | 'lab';
  readonly address: string | null;
  readonly user: string | null;
  readonly path: 'auto' | 'checkpoint' | 'shadow';
  /** When the list of VMs was last read; null: never. */
  readonly seenAt: number | null;
  readonly vms: number;
  /** Why the last attempt to read the list failed; null when it did not. */
  readonly error: ErrorView | null;
}

export interface CheckView {
  readonly id: string;
  readonly vm: string | null;
  readonly verdict: 'ok' | 'warning' | 'blocking';
  /** In English. */
  readonly says: string;
  readonly remedy: string;
  /** The same by its id, for other languages; null where an error says it. */
  readonly sentence: CheckSentence | null;
  readonly error: ErrorData | null;
}

export interface HostCheckView {
  readonly checks: readonly CheckView[];
  readonly residue: readonly { readonly kind: string; readonly vm: string; readonly run: RunId }[];
}

export interface LastPoint {
  readonly id: PointId;
  readonly repository: string;
  readonly time: number;
  readonly consistency: Consistency;
}

export interface VmView {
  readonly host: string;
  readonly id: string;
  readonly name: string;
  readonly state: 'running' | 'off' | 'saved' | 'paused' | 'other' | 'gone';
  readonly guestOs: 'windows' | 'linux' | 'unknown';
  readonly reachable: Consistency;
  readonly sizeBytes: number;
  readonly disks: number;
  readonly points: number;
  readonly since: number | null;
  readonly last: LastPoint | null;
  /** The newest verification of any of its points; null where there was none. */
  readonly verified: EvidenceSummary | null;
  readonly tags: readonly string[];
}

/** Of a VM, in the order in which the host counts them from 0. */
export interface DisksOfVm {
  /** Its id. */
  readonly vm: string;
  readonly name: string;
  /** Controller, its number and the location on it; empty where the host did not say. */
  readonly disks: readonly { readonly slot: string; readonly file: string; readonly sizeBytes: number }[];
}

export interface RepositoryView {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  /** Whether this session holds its key. */
  readonly unlocked: boolean;
  readonly recoveryKeyConfirmed: boolean;
  readonly points: number;
  readonly logicalBytes: number;
  readonly storedBytes: number;
  readonly measuredAt: number | null;
  readonly lastCheck: { readonly at: number; readonly run: RunId; readonly state: RunState; readonly readData: boolean } | null;
  readonly trend: readonly { readonly at: number; readonly storedBytes: number; readonly logicalBytes: number }[];
}

export interface RunView extends RunRecord {
  readonly progress: RunProgress | null;
  readonly cancelRequested: boolean;
  /** The command line that does the same; null where the run did not say. */
  readonly command: readonly string[] | null;
  /** Whether the console can do it again. */
  readonly again: boolean;
  readonly vmOutcomes: readonly VmOutcomeView[];
  /** What a restore, a check or a compact reported at its end; null in a list of runs. */
  readonly report: RunReport | null;
  /** What a restore onto a host left there; null of other runs. */
  readonly onHost: OnHost | null;
  readonly errorView: ErrorView | null;
}

/** How it went for a VM, with what to do where it went wrong. */
export type VmOutcomeView = Omit<VmOutcome, 'error'> & { readonly error: ErrorView | null };

export interface RunDetail {
  readonly run: RunView;
  readonly steps: readonly RecordedStep[];
  /** This run and those that its process carries out before and after it, in their order; empty where it is the only one. */
  readonly series: readonly RunOfSeries[];
}

/** One of several runs that one process carries out one after the other. */
export type RunOfSeries = Pick<RunView, 'id' | 'state' | 'vms' | 'progress' | 'cancelRequested'>;

export interface JobView {
  readonly id: string;
  readonly name: string;
  readonly host: string;
  /** Null: all of the host. */
  readonly vms: readonly string[] | null;
  readonly repository: string;
  readonly recurrence: Recurrence['kind'];
  readonly timeZone: string;
  /** Null keeps every point. */
  readonly retention: Retention | null;
  readonly paused: boolean;
  readonly next: PlannedStart | null;
}

export interface DrillView extends Drill {
  readonly next: PlannedStart | null;
}

/** A record whose signature holds, and whose key that is. */
export interface CheckedDrillRecord {
  readonly publicKey: string;
  readonly record: DrillRecord;
}

/** A record of this computer, also as its file has it. */
export interface KeptDrillRecord extends CheckedDrillRecord {
  readonly text: string;
}

/** The next start of a job. */
export interface NextRunView extends PlannedStart {
  readonly job: string;
  readonly name: string;
}

export interface MarksView {
  readonly pins: readonly { readonly point: PointId; readonly at: number; readonly why: string }[];
  /** Dropped, and whole until `until`. */
  readonly drops: readonly { readonly point: PointId; readonly at: number; readonly until: number; readonly by: string }[];
}

/** A dropped restore point, as somebody looks for it; VM and time are null where it cannot be read. */
export interface DroppedView {
  readonly point: PointId;
  readonly vm: string | null;
  readonly time: number | null;
  readonly until: number;
  readonly by: string;
}

export interface TransferView {
  /** Names of hosts, repositories and jobs. */
  readonly added: readonly string[];
  /** Names that were here already. */
  readonly kept: readonly string[];
}

/** A restore point: when it was made or would be, and what would keep it until when; no rule, where the next prune drops it. Times are milliseconds since 1970. */
export interface PlannedLife {
  readonly at: number;
  /** One after the other, the first from `at` on; `until` is null where the end lies beyond what was simulated. */
  readonly spans: readonly { readonly rules: readonly KeepRule[]; readonly until: number | null }[];
}

/** A VM that has restore points of a job; `vm` tells it from others of its name. */
export interface VmOfJob {
  readonly vm: string;
  readonly name: string;
  readonly points: number;
}

/** When a job would run next, and which points of a VM would live when. */
export interface PlanView {
  /** Those whose points could be looked at; none of a job that has made nothing yet. */
  readonly vms: readonly VmOfJob[];
  /** The one whose points it starts from; null where it starts from nothing. */
  readonly of: VmOfJob | null;
  readonly starts: readonly PlannedStart[];
  /** How many there would be after so many days. */
  readonly kept: readonly { readonly days: number; readonly points: number; readonly oldestDays: number }[];
  /** Null where nothing is ever dropped, or nothing starts by itself. */
  readonly lives: { readonly from: number; readonly days: number; readonly points: readonly PlannedLife[] } | null;
}

/** The report of a month, and as a page without scripts. */
export interface MonthView {
  readonly report: MonthlyReport;
  readonly html: string;
}

/** How a VM that runs from the backup storage is doing. */
export interface RecoveryLook {
  readonly vmState: VmView['state'];
  /** `none`: the guest has not answered yet, or cannot. */
  readonly heartbeat: 'ok' | 'none' | 'lost' | 'off';
  readonly uptimeMs: number;
  /** Its screen as PNG, base64; null where none was asked for, or the host has none now. */
  readonly picture: string | null;
}

export interface LocalFolderView {
  readonly path: string;
  readonly parent: string | null;
  readonly folders: readonly string[];
  readonly writable: boolean;
}

export interface ActivityView {
  readonly ordinal: number;
  readonly at: number;
  readonly who: string;
  readonly action: string;
  readonly subject: string;
  readonly result: 'done' | 'refused';
}

export interface AttentionView {
  readonly kind:
    | 'run-failed'
    | 'run-warning'
    | 'host-error'
    | 'unprotected'
    | 'key-unconfirmed'
    | 'repository-unchecked'
    | 'outdated';
  readonly subject: string;
  readonly count: number;
  readonly at: number | null;
  /** Run, host or repository that it is about. */
  readonly target: string | null;
  readonly error: ErrorView | null;
}

export interface OverviewView {
  readonly vms: { readonly total: number; readonly protected: number; readonly outdated: number; readonly unprotected: number };
  readonly hosts: number;
  readonly repositories: readonly RepositoryView[];
  readonly recent: readonly RunView[];
  readonly attention: readonly AttentionView[];
  /** The next starts of jobs, soonest first. */
  readonly next: readonly NextRunView[];
}

/** Whom Task Scheduler runs jobs as. */
export interface TaskAccountView {
  /** False on a computer without Task Scheduler: there jobs run in a process of their own user's. */
  readonly available: boolean;
  /** Null: SYSTEM. */
  readonly user: string | null;
}
