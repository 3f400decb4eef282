import { array, boolean, exactOptional, nullable, number, object, picklist, record, string, unknown } from 'valibot';
import type { Schema } from './accept.ts';
import { errorDataSchema } from './error-schema.ts';
import type { ErrorData } from './errors/hostkeep-error.ts';
import { consistencies, type Consistency, type PointId, type RunId } from './ids.ts';
import type { Progress } from './progress.ts';
import { count } from './schema-parts.ts';

/** The flow of the founding brief, in its order; `recover` is the cleaning of what an earlier run left. */
export const stepNames = [
  'recover',
  'preflight',
  'enumerate-writers',
  'prepare',
  'flush',
  'ready',
  'checkpoint',
  'route-data',
  'publish',
  'release',
  'post-backup',
  'residue-gate',
] as const;

/** Bringing a VM or a disk back onto a host, in this order. */
const restoreStepNames = [
  'recover',
  'place',
  'write-disks',
  'define-vm',
  'attach-disks',
  'grant-files',
  'network',
  'start-vm',
  'copy-to-guest',
  'undo',
] as const;

/** A VM that runs from the backup storage: its start, its looks, and what becomes of it. */
const recoveryStepNames = [
  'recover',
  'serve-disks',
  'place',
  'connect-target',
  'define-vm',
  'attach-disks',
  'network',
  'start-vm',
  'heartbeat',
  'screen',
  'verify',
  'write-disks',
  'stop-vm',
  'apply-overlay',
  'switch-disks',
  'discard',
  'record',
] as const;
export type StepName = (typeof stepNames)[number] | (typeof restoreStepNames)[number] | (typeof recoveryStepNames)[number];

const stepSides = ['host', 'guest', 'console'] as const;
export type StepSide = (typeof stepSides)[number];
const stepStates = ['started', 'done', 'warning', 'failed', 'skipped'] as const;
export type StepState = (typeof stepStates)[number];

/** One line of the conversation between requester, host and guest. */
export interface StepReport {
  readonly step: StepName;
  readonly side: StepSide;
  /** Who speaks: a writer's name, `Hyper-V writer`, `integration components` ... */
  readonly actor?: string;
  readonly state: StepState;
  readonly detail?: string;
  /** VSS or Hyper-V result, as unsigned 32-bit number. */
  readonly hresult?: number;
  /** Ids of events that the host logged meanwhile; `detail` has what they say. */
  readonly events?: readonly number[];
}

export const stepReportSchema: Schema<StepReport> = object({
  step: picklist([...stepNames, ...restoreStepNames, ...recoveryStepNames]),
  side: picklist(stepSides),
  actor: exactOptional(string()),
  state: picklist(stepStates),
  detail: exactOptional(string()),
  hresult: exactOptional(number()),
  events: exactOptional(array(number())),
});

export interface RecordedStep extends StepReport {
  readonly run: RunId;
  readonly vm: string | null;
  readonly ordinal: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const runResults = ['success', 'warning', 'failed', 'cancelled'] as const;
export type RunResult = (typeof runResults)[number];
export type RunState = 'running' | RunResult;

const runKinds = [
  'backup',
  'image-backup',
  'restore-files',
  'restore-disk',
  'restore-vm',
  'publish',
  'recover',
  'drill',
  'check',
  'verify',
  'compact',
  'catalog',
  'lab',
] as const;
export type RunKind = (typeof runKinds)[number];

export interface RunRecord {
  readonly id: RunId;
  readonly kind: RunKind;
  readonly state: RunState;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly pid: number;
  readonly repository: string;
  readonly vms: readonly string[];
  readonly points: readonly PointId[];
  readonly readBytes: number;
  readonly newBytes: number;
  /** Null of what read no host, and of runs that were cut off. */
  readonly cost: RunCost | null;
  readonly error: ErrorData | null;
}

/** What a run of any kind ends with. */
export type RunOutcome =
  | (BackupOutcome & { /** Why it could not begin, or not go on. */ readonly error?: ErrorData })
  | RestoreOutcome;

/** What `restore-vm --host --json` and `restore-disk --replace --json` end with. */
export interface RestoreOutcome {
  readonly run: RunId;
  readonly result: RunResult;
  readonly point: PointId;
  readonly host: string;
  /** The VM as it is on the host; null when nothing came of it. */
  readonly vm: { readonly id: string; readonly name: string } | null;
  /** Files on the host. */
  readonly files: readonly string[];
  readonly warnings: readonly string[];
  readonly durationMs: number;
  readonly error: ErrorData | null;
}

/** What a run's reads cost its host. */
export interface RunCost {
  readonly readBytes: number;
  /** From the first read to the end of the last. */
  readonly readMs: number;
  /** The most within one second. */
  readonly peakBytesPerSecond: number;
  /** Mean time of a read. */
  readonly latencyMs: number;
  /** How long reads were held back for the host's sake, all readers together. */
  readonly heldMs: number;
}

/** What `backup --json` ends with. */
export interface BackupOutcome {
  readonly run: RunId;
  readonly result: RunResult;
  readonly points: readonly PointId[];
  readonly readBytes: number;
  readonly newBytes: number;
  /** What was not read because the guests do not use it. */
  readonly skippedBytes: number;
  readonly durationMs: number;
  readonly cost: RunCost;
  readonly vms: readonly VmOutcome[];
}

export interface VmOutcome {
  readonly vm: string;
  /** The host's id of it: names need not differ. */
  readonly vmId: string;
  readonly result: RunResult;
  readonly point: PointId | null;
  readonly consistency: Consistency | null;
  /** Why everything was read although an earlier restore point exists; null when only changes were read. */
  readonly fullReadReason: string | null;
  readonly warnings: readonly string[];
  readonly error: ErrorData | null;
}

const vmOutcomeSchema: Schema<VmOutcome> = object({
  vm: string(),
  vmId: string(),
  result: picklist(runResults),
  point: nullable(string()),
  consistency: nullable(picklist(consistencies)),
  fullReadReason: nullable(string()),
  warnings: array(string()),
  error: nullable(errorDataSchema),
});

/** What is written down of a run's end. A run that died has an error and nothing else. */
export interface RecordedOutcome {
  readonly points?: readonly PointId[];
  readonly readBytes?: number;
  readonly newBytes?: number;
  readonly skippedBytes?: number;
  readonly cost?: RunCost;
  readonly vms?: readonly VmOutcome[];
  readonly error?: ErrorData | null;
}

const runCostSchema: Schema<RunCost> = object({
  readBytes: count,
  readMs: number(),
  peakBytesPerSecond: number(),
  latencyMs: number(),
  heldMs: number(),
});

export const recordedOutcomeSchema: Schema<RecordedOutcome> = object({
  points: exactOptional(array(string())),
  readBytes: exactOptional(count),
  newBytes: exactOptional(count),
  skippedBytes: exactOptional(count),
  cost: exactOptional(runCostSchema),
  vms: exactOptional(array(vmOutcomeSchema)),
  error: exactOptional(nullable(errorDataSchema)),
});

/** What was asked of a run: enough to do it again, and to show the command. Holds no secret. */
export interface RunRequest {
  /** The command line without global options. */
  readonly command: readonly string[];
  /** Further lines that it reads from standard input. */
  readonly lines: readonly string[];
  /** Whether somebody typed it. */
  readonly typed?: boolean;
}

export const runRequestSchema: Schema<RunRequest> = object({
  command: array(string()),
  lines: array(string()),
  typed: exactOptional(boolean()),
});

/**
 * How a console can do it again: as a run of its own, by its job or drill, which has its own passphrase, or not at all: what somebody typed has
 * paths, options and input of where it was typed, and a secret that was given is kept nowhere.
 */
export function againBy({ command, typed = false }: RunRequest): 'run' | 'by-schedule' | 'not' {
  if (command[0] === 'job' && command[1] === 'run') return 'by-schedule';
  return typed || command.includes('--chap-secret-stdin') ? 'not' : 'run';
}

/** What a restore, a check or a compact reported at its end. */
export type RunReport = Readonly<Record<string, unknown>>;

export const runReportSchema: Schema<{ readonly report?: RunReport }> = object({
  report: exactOptional(record(string(), unknown())),
});

/** What a restore onto a host left there. */
export interface OnHost {
  readonly host: string;
  readonly vm: { readonly id: string; readonly name: string } | null;
  readonly files: readonly string[];
  readonly warnings: readonly string[];
}

/** Outcomes of other runs have none of it. */
export const onHostSchema: Schema<Partial<OnHost>> = object({
  host: exactOptional(string()),
  vm: exactOptional(nullable(object({ id: string(), name: string() }))),
  files: exactOptional(array(string())),
  warnings: exactOptional(array(string())),
});

/** How far a run was when it last wrote that down; `others` are phases that go on beside its last one. */
export type RunProgress = Progress & { readonly at: number; readonly others?: readonly Progress[] };

const progressSchema: Schema<Progress> = object({
  phase: string(),
  doneBytes: count,
  totalBytes: count,
  newBytes: exactOptional(count),
});

export const runProgressSchema: Schema<RunProgress> = object({
  others: exactOptional(array(progressSchema)),
  phase: string(),
  doneBytes: count,
  totalBytes: count,
  newBytes: exactOptional(count),
  at: count,
});

/** The line of `runs` in the state database; the kind is a column of its own. */
export const runRowSchema: Schema<{ readonly kind: RunRecord['kind']; readonly state: RunState }> = object({
  kind: picklist(runKinds),
  state: picklist(['running', ...runResults]),
});
