import {
  array,
  boolean,
  literal,
  maxLength,
  minLength,
  nullable,
  number,
  object,
  optional,
  picklist,
  pipe,
  regex,
  strictObject,
  string,
  type InferInput,
  type InferOutput,
} from 'valibot';
import type { Schema } from './accept.ts';
import {
  evidenceCheckSchema,
  evidenceDepths,
  evidenceGrades,
  type EvidenceCheck,
  type EvidenceReading,
  type EvidenceSummary,
} from './evidence.ts';
import { passphraseSourceSchema } from './jobs/job.ts';
import { scheduleSchema } from './jobs/schedule.ts';
import { text, whole } from './schema-parts.ts';

/** A restore drill on a schedule: VMs are started from their newest restore points, judged, and taken away again. */
export const drillDefinitionSchema = strictObject({
  name: pipe(
    string(),
    regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,62}$/u, 'a name of letters, digits, spaces, dots, dashes and underscores'),
  ),
  /** The host on which they are started; it need not be the one they come from. */
  host: text(1, 64),
  /** Names or ids of VMs that have restore points; empty for all of them. */
  vms: pipe(array(text(1, 256)), maxLength(1000)),
  repository: strictObject({ path: text(1, 4096), passphrase: passphraseSourceSchema }),
  /** On the host. */
  folder: text(1, 4096),
  /** An isolated switch; null leaves the VMs without a network. */
  switch: nullable(text(1, 256)),
  listen: nullable(text(1, 80)),
  waitSeconds: optional(whole(1, 86_400), 600),
  /** A PEM file with the key that signs, where the computer has no keystore. */
  keyFile: nullable(text(1, 4096)),
  schedule: scheduleSchema,
});
export type DrillDefinition = InferOutput<typeof drillDefinitionSchema>;
export type DrillInput = InferInput<typeof drillDefinitionSchema>;

export interface Drill extends DrillDefinition {
  readonly id: string;
  readonly paused: boolean;
}

const drillVerdicts = ['passed', 'unclear', 'failed'] as const;
export type DrillVerdict = (typeof drillVerdicts)[number];

/** What a verification of the restore point found; its report lies beside the point. */
export interface DrillVerification {
  readonly verdict: string;
  /** The worst first; not all of them where there are many. */
  readonly checks: readonly EvidenceCheck[];
  /** What else there is to say, in English; all of it in records that have no checks. */
  readonly notes: readonly string[];
  /** Null where nothing could be found out. */
  readonly evidence: (EvidenceSummary & Pick<EvidenceReading, 'files' | 'bytes' | 'seed'>) | null;
}

/** What was tried and seen of one restore point: what the signature covers. Times are milliseconds. */
export interface DrillRecord {
  readonly version: 1;
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly repository: string;
  readonly point: string;
  readonly pointTime: string;
  readonly vm: string;
  readonly host: string;
  readonly network: string;
  readonly verdict: DrillVerdict;
  readonly servedAfterMs: number | null;
  readonly startedAfterMs: number | null;
  readonly heartbeat: string;
  readonly heartbeatAfterMs: number | null;
  readonly screen: string | null;
  /** PNG, base64. */
  readonly picture: string | null;
  readonly verification: DrillVerification;
  /** Whether the VM and all that belonged to it were removed. */
  readonly undone: boolean;
  readonly error: string | null;
}

export const drillRecordSchema: Schema<DrillRecord> = object({
  version: literal(1),
  run: string(),
  at: string(),
  repository: string(),
  point: string(),
  pointTime: string(),
  vm: string(),
  host: string(),
  network: string(),
  verdict: picklist(drillVerdicts),
  servedAfterMs: nullable(number()),
  startedAfterMs: nullable(number()),
  heartbeat: string(),
  heartbeatAfterMs: nullable(number()),
  screen: nullable(string()),
  picture: nullable(string()),
  verification: object({
    verdict: string(),
    checks: optional(array(evidenceCheckSchema), []),
    notes: array(string()),
    evidence: nullable(
      object({
        at: number(),
        depth: picklist(evidenceDepths),
        grade: picklist(evidenceGrades),
        files: number(),
        bytes: number(),
        seed: string(),
      }),
    ),
  }),
  undone: boolean(),
  error: nullable(string()),
});

/** The file: the record as its exact bytes, and who vouches for them. */
export interface SignedDrillRecord {
  readonly format: 'hostkeep-drill-record';
  readonly version: 1;
  /** The record's JSON in UTF-8, base64. */
  readonly record: string;
  /** Ed25519 public key, 32 bytes, base64. */
  readonly publicKey: string;
  /** Of `hostkeep-drill-record-v1`, a line feed, and the bytes of the record; base64. */
  readonly signature: string;
}

const base64 = (least: number, most: number) =>
  pipe(string(), minLength(least), maxLength(most), regex(/^[A-Za-z0-9+/]+={0,2}$/));

export const signedDrillRecordSchema: Schema<SignedDrillRecord> = object({
  format: literal('hostkeep-drill-record'),
  version: literal(1),
  record: base64(4, 16 * 1024 * 1024),
  publicKey: base64(44, 44),
  signature: base64(88, 88),
});

/** What `drill run --json` ends with. */
export interface DrillReport {
  readonly run: string;
  readonly verdict: DrillVerdict;
  readonly file: string;
  readonly record: Omit<DrillRecord, 'picture'>;
}
