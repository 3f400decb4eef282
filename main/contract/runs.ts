import type { Consistency, PointId, RunId } from './ids.ts';
import type { ErrorData } from './errors/hostkeep-error.ts';

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
export type StepName = (typeof stepNames)[number];

export type StepSide = 'host' | 'guest' | 'console';
export type StepState = 'started' | 'done' | 'warning' | 'failed' | 'skipped';

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
}

export interface RecordedStep extends StepReport {
  readonly run: RunId;
  readonly vm: string | null;
  readonly ordinal: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export type RunResult = 'success' | 'warning' | 'failed' | 'cancelled';
export type RunState = 'running' | RunResult;

export interface RunRecord {
  readonly id: RunId;
  readonly kind: 'backup' | 'image-backup';
  readonly state: RunState;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly pid: number;
  readonly repository: string;
  readonly vms: readonly string[];
  readonly points: readonly PointId[];
  readonly readBytes: number;
  readonly newBytes: number;
  readonly error: ErrorData | null;
}

/** What `backup --json` ends with. */
export interface BackupOutcome {
  readonly run: RunId;
  readonly result: RunResult;
  readonly points: readonly PointId[];
  readonly readBytes: number;
  readonly newBytes: number;
  readonly durationMs: number;
  readonly vms: readonly VmOutcome[];
}

export interface VmOutcome {
  readonly vm: string;
  readonly result: RunResult;
  readonly point: PointId | null;
  readonly consistency: Consistency | null;
  /** Why everything was read although an earlier restore point exists; null when only changes were read. */
  readonly fullReadReason: string | null;
  readonly warnings: readonly string[];
  readonly error: ErrorData | null;
}
