import type { DrillVerdict } from '../drills.ts';
import type { EvidenceGrade, EvidenceSummary } from '../evidence.ts';

/** A VM in the report of a month. */
export interface ReportedVm {
  readonly name: string;
  /** Empty when no host has it any more. */
  readonly host: string;
  /** Made in the month. */
  readonly points: number;
  /** The newest at the end of the month, milliseconds since 1970; null when there was none. */
  readonly last: number | null;
  /** The newest verification of any of its points up to the end of the month; null when nobody made one. */
  readonly verified: (EvidenceSummary & { readonly pointTime: number }) | null;
}

/** The month of a shop, for its owner. Times in milliseconds since 1970. */
export interface MonthlyReport {
  /** `2026-10`, on the calendar of `timeZone`. */
  readonly month: string;
  readonly timeZone: string;
  /** When it was made. */
  readonly at: number;
  readonly vms: readonly ReportedVm[];
  readonly runs: { readonly success: number; readonly warning: number; readonly failed: number; readonly cancelled: number };
  readonly missed: number;
  readonly checks: readonly {
    readonly at: number;
    readonly state: string;
    readonly repository: string;
    /** Whether every byte was read again. */
    readonly readData: boolean;
  }[];
  /** Verifications of restore points that were made in the month. */
  readonly verifications: Readonly<Record<EvidenceGrade, number>>;
  /** Those that found damage. */
  readonly damaged: readonly { readonly at: number; readonly vm: string; readonly pointTime: number }[];
  /** Restore points that were started for a trial. */
  readonly drills: readonly {
    readonly at: number;
    readonly vm: string;
    /** Null: it was cancelled, or its process died. */
    readonly verdict: DrillVerdict | null;
    /** How long it took until the guest answered, in milliseconds; null when it did not. */
    readonly answeredAfterMs: number | null;
  }[];
  readonly restores: readonly {
    readonly at: number;
    readonly kind: string;
    readonly state: string;
    readonly subjects: readonly string[];
  }[];
  readonly repositories: readonly {
    readonly name: string;
    readonly points: number;
    readonly storedBytes: number;
    readonly logicalBytes: number;
    /** At the end of each of the last twelve months for which it is known. */
    readonly trend: readonly { readonly at: number; readonly storedBytes: number }[];
  }[];
  /** Raised in the month and not right again. */
  readonly openAlerts: number;
}
