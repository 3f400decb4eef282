import type { EvidenceSummary } from '../evidence.ts';
import type { PointId, RunId } from '../ids.ts';
import type { JobId } from './job.ts';

/** A note wants nobody's attention. */
export const alertSeverities = ['note', 'warning', 'alert'] as const;
export type AlertSeverity = (typeof alertSeverities)[number];

export const alertKinds = [
  'run-failed',
  'run-warning',
  'run-missed',
  'run-retried',
  'vm-unprotected',
  'retention-refused',
  'point-damaged',
  'drill-failed',
  'drill-unclear',
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** Something that was or is wrong. It stays in the status until it has cleared and somebody has seen it. */
export interface Alert {
  readonly id: number;
  readonly kind: AlertKind;
  readonly severity: AlertSeverity;
  readonly job: JobId | null;
  /** The VM, or the name of the job or drill. */
  readonly subject: string;
  /** A sentence for the operator. */
  readonly text: string;
  /** Times in milliseconds since 1970. */
  readonly raisedAt: number;
  readonly lastAt: number;
  /** How often it has happened since it was raised. */
  readonly count: number;
  /** When what was wrong was right again; null while it is wrong. */
  readonly clearedAt: number | null;
  readonly seenAt: number | null;
  readonly run: RunId | null;
}

/** The levels of monitoring systems, and their exit codes. */
const statusLevels = ['ok', 'warning', 'critical'] as const;
export type StatusLevel = (typeof statusLevels)[number];

export interface JobStatus {
  readonly id: JobId;
  readonly name: string;
  readonly paused: boolean;
  /** Milliseconds since 1970; null when there is none. */
  readonly nextStart: number | null;
  readonly lastRun: { readonly run: RunId; readonly at: number; readonly state: string } | null;
  readonly lastSuccess: number | null;
}

/** Of one VM: what was verified of it, when, and how well. */
export interface VmVerification {
  readonly vm: string;
  /** Restore points that are there. */
  readonly points: number;
  /** Those whose newest verification found damage. */
  readonly damaged: number;
  /** Times of points and reports are milliseconds since 1970. */
  readonly newest: number;
  /** The newest report about any of its points that are there; null where nobody has verified one. */
  readonly verified: (EvidenceSummary & { readonly point: PointId; readonly pointTime: number }) | null;
}

/** `status --json`, and the answer of the status endpoint. Holds no secret and no path. */
export interface StatusReport {
  readonly level: StatusLevel;
  /** One line for a monitoring system. */
  readonly summary: string;
  readonly at: number;
  readonly allPaused: boolean;
  readonly jobs: readonly JobStatus[];
  /** Every VM that has restore points. */
  readonly verification: readonly VmVerification[];
  /** What has not cleared, or has not been seen. Notes are not among them. */
  readonly alerts: readonly Alert[];
}
