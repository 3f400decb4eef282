import { z } from 'zod';
import { consistencyPolicies } from '../ids.ts';
import { retentionSchema } from './retention.ts';
import { scheduleSchema, windowSchema } from './schedule.ts';

const name = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,62}$/u, 'a name of letters, digits, spaces, dots, dashes and underscores');
/** A VM by its id or its name on the host. */
const vm = z.string().min(1).max(256);
const tag = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,40}$/u, 'a tag of letters, digits, dashes and underscores');

export const selectionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('chosen'), vms: z.array(vm).min(1).max(1000) }),
  /** Every VM that has one of the tags when the run starts. */
  z.strictObject({ kind: z.literal('tagged'), tags: z.array(tag).min(1).max(20) }),
  /** Every VM of the host when the run starts, new ones too. */
  z.strictObject({ kind: z.literal('all') }),
]);
export type Selection = z.infer<typeof selectionSchema>;

/** Where the passphrase of the repository comes from. The passphrase itself is in no job. */
export const passphraseSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('keystore') }),
  /** A file whose first line it is, for machines without a keystore. */
  z.strictObject({ kind: z.literal('file'), path: z.string().min(1).max(4096) }),
]);
export type PassphraseSource = z.infer<typeof passphraseSourceSchema>;

const rate = z.int().min(65_536).nullable();
const atOnce = z.int().min(1).max(16);

/** How hard a run may load the host. */
export const loadLimitsSchema = z.strictObject({
  vmsAtOnce: atOnce.default(1),
  /** Bytes a second read from the host; null for no limit. */
  bytesPerSecond: rate.default(null),
  /** Reads slow down while the host answers slower than so many milliseconds; null for no limit. */
  latencyMs: z.int().min(1).max(60_000).nullable().default(null),
  /** Stricter limits while people work; null for none. */
  workingHours: z
    .strictObject({
      during: z.array(windowSchema).min(1).max(28),
      vmsAtOnce: atOnce.default(1),
      bytesPerSecond: rate.default(null),
    })
    .nullable()
    .default(null),
});
export type LoadLimits = z.infer<typeof loadLimitsSchema>;

/** What clears within its retries is a note; what does not is an alert. */
export const retryPolicySchema = z.strictObject({
  attempts: z.int().min(0).max(10).default(3),
  /** The pause before the first retry; it doubles up to `longestPauseMinutes`. */
  pauseMinutes: z.number().positive().max(1440).default(5),
  longestPauseMinutes: z.number().positive().max(1440).default(60),
});
export type RetryPolicy = z.infer<typeof retryPolicySchema>;

export const notifyWhen = ['never', 'problems', 'always'] as const;
export const notificationsSchema = z.strictObject({
  mail: z.enum(notifyWhen).default('problems'),
  webhooks: z.enum(notifyWhen).default('problems'),
  eventLog: z.enum(notifyWhen).default('problems'),
});
export type JobNotifications = z.infer<typeof notificationsSchema>;

/** What a person decides about a job. */
export const jobDefinitionSchema = z.strictObject({
  name,
  /** The host by its name, as `host list` shows it. */
  host: z.string().min(1).max(64),
  selection: selectionSchema,
  excludedVms: z.array(vm).max(1000).default([]),
  /** Disks that no run of this job reads, by their index on the VM. */
  excludedDisks: z
    .array(z.strictObject({ vm, disk: z.int().min(0).max(255) }))
    .max(1000)
    .default([]),
  repository: z.strictObject({ path: z.string().min(1).max(4096), passphrase: passphraseSourceSchema }),
  consistency: z.enum(consistencyPolicies).default('warn'),
  truncateLogs: z.boolean().default(true),
  schedule: scheduleSchema,
  /** Null keeps every point. */
  retention: retentionSchema.nullable().default(null),
  limits: loadLimitsSchema.prefault({}),
  retry: retryPolicySchema.prefault({}),
  notifications: notificationsSchema.prefault({}),
});
export type JobDefinition = z.infer<typeof jobDefinitionSchema>;
/** What has to be given; the rest has defaults. */
export type JobInput = z.input<typeof jobDefinitionSchema>;

export type JobId = string;

/** A job: what, when, where, kept how long. */
export interface Job extends JobDefinition {
  readonly id: JobId;
  /** A paused job is not started by its schedule. */
  readonly paused: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly changedAt: number;
}
