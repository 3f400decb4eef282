import {
  array,
  literal,
  maxLength,
  nullable,
  number,
  object,
  optional,
  picklist,
  pipe,
  record,
  string,
  transform,
  union,
} from 'valibot';
import type { Schema } from './accept.ts';
import { isEvidenceSentenceId, type EvidenceSentence } from './sentences/evidence.ts';
import { isErrorCode, type ErrorCode, type ErrorData } from './errors/hostkeep-error.ts';
import type { PointId } from './ids.ts';
import type { RunResult } from './runs.ts';
import { count, hex } from './schema-parts.ts';

/**
 * How well a restore point stood a verification, best first. `passed`: all that was looked at is sound. `limited`: the same, but some of
 * what the guest has could not be looked into. `warning`: readable, but the guest, or an application in it, has work to do before it can
 * use what comes back. `failed`: something is damaged. A grade speaks of what was looked at and of no more.
 */
export const evidenceGrades = ['passed', 'limited', 'warning', 'failed'] as const;
export type EvidenceGrade = (typeof evidenceGrades)[number];

/** `sample`: structures, and a part of the files. `all`: every stored byte, and every file. */
export const evidenceDepths = ['sample', 'all'] as const;
export type EvidenceDepth = (typeof evidenceDepths)[number];

const evidenceChecks = [
  'stored-data',
  'partition-table',
  'file-system',
  'boot-files',
  'file-records',
  'registry-hive',
  'database',
  'file-contents',
] as const;
export type EvidenceCheckKind = (typeof evidenceChecks)[number];

const evidenceVerdicts = ['passed', 'not-checked', 'warning', 'failed'] as const;
export type EvidenceVerdict = (typeof evidenceVerdicts)[number];

export interface EvidenceCheck {
  readonly check: EvidenceCheckKind;
  /** What was looked at: `/disk0`, `/disk0/part2`, or a file by its path. */
  readonly subject: string;
  readonly verdict: EvidenceVerdict;
  /** A sentence for people, in English. */
  readonly says: string;
  /** The same by its id, for other languages; null where an error says it, or a version that had no ids. */
  readonly sentence: EvidenceSentence | null;
  readonly code: ErrorCode | null;
}

/** Files that were read from their first byte to their last, or in part, through every layer of the restore point. */
export interface EvidenceReading {
  readonly files: number;
  readonly bytes: number;
  /** What all files of the volumes that can be read are; null where nobody counted. */
  readonly ofFiles: number | null;
  readonly ofBytes: number | null;
  /** How the files were chosen. */
  readonly rule: string;
  /** By which the same files are chosen again. */
  readonly seed: string;
}

/** What one verification of a restore point found. It lies in the repository beside the point. */
export interface Evidence {
  readonly version: 1;
  readonly point: PointId;
  /** Milliseconds since 1970, of its end. */
  readonly at: number;
  readonly durationMs: number;
  readonly depth: EvidenceDepth;
  readonly grade: EvidenceGrade;
  /** What a grade never covers, in words. */
  readonly notCovered: string;
  readonly checks: readonly EvidenceCheck[];
  readonly reading: EvidenceReading;
  /** The program that looked. */
  readonly by: string;
}

/** The line about a restore point in lists. */
export interface EvidenceSummary {
  readonly at: number;
  readonly depth: EvidenceDepth;
  readonly grade: EvidenceGrade;
}

/** What came of one restore point where several are verified in one run. */
export interface VerifiedPoint {
  readonly point: PointId;
  /** `?` where the point cannot be read. */
  readonly vm: string;
  /** Milliseconds since 1970, of the restore point; null where it cannot be read. */
  readonly time: number | null;
  readonly depth: EvidenceDepth;
  /** Null where it could not be looked at. */
  readonly grade: EvidenceGrade | null;
  /** Files that were read. */
  readonly files: number;
  /** Why it could not be looked at, or why the report could not be kept. */
  readonly error: ErrorData | null;
}

/** The worst of them. */
export function resultOfSeries(points: readonly VerifiedPoint[]): RunResult {
  const results = points.map(({ grade, error }) =>
    grade === null ? 'failed' : error !== null && resultOfGrade[grade] === 'success' ? 'warning' : resultOfGrade[grade],
  );
  return results.includes('failed') ? 'failed' : results.includes('warning') ? 'warning' : 'success';
}

/** What a run of a verification ends with. */
export const resultOfGrade: Readonly<Record<EvidenceGrade, RunResult>> = {
  passed: 'success',
  limited: 'success',
  warning: 'warning',
  failed: 'failed',
};

export const mostEvidenceChecks = 2000;

/** A code of another version is told as a bug of this one, with its sentence. */
const codeSchema: Schema<ErrorCode | null> = nullable(
  pipe(
    string(),
    transform((code): ErrorCode => (isErrorCode(code) ? code : 'internal/bug')),
  ),
);

/** A sentence of another version is told by its English. */
const sentenceSchema: Schema<EvidenceSentence | null> = pipe(
  object({ id: string(), values: record(string(), union([string(), number()])) }),
  transform(({ id, values }) => (isEvidenceSentenceId(id) ? { id, values } : null)),
);

export const evidenceCheckSchema: Schema<EvidenceCheck> = object({
  check: picklist(evidenceChecks),
  subject: string(),
  verdict: picklist(evidenceVerdicts),
  says: string(),
  sentence: optional(nullable(sentenceSchema), null),
  code: codeSchema,
});

const readingSchema: Schema<EvidenceReading> = object({
  files: count,
  bytes: count,
  ofFiles: nullable(count),
  ofBytes: nullable(count),
  rule: string(),
  seed: string(),
});

export const evidenceSchema: Schema<Evidence> = object({
  version: literal(1),
  point: hex(8),
  at: count,
  durationMs: count,
  depth: picklist(evidenceDepths),
  grade: picklist(evidenceGrades),
  notCovered: string(),
  checks: pipe(array(evidenceCheckSchema), maxLength(mostEvidenceChecks)),
  reading: readingSchema,
  by: string(),
});

export function evidenceSummary({ at, depth, grade }: Evidence): EvidenceSummary {
  return { at, depth, grade };
}
