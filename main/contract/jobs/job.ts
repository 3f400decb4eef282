import {
  array,
  boolean,
  literal,
  maxLength,
  maxValue,
  minLength,
  minValue,
  nullable,
  number,
  optional,
  picklist,
  pipe,
  regex,
  strictObject,
  string,
  variant,
  type InferInput,
  type InferOutput,
} from 'valibot';
import { consistencyPolicies } from '../ids.ts';
import { text, whole } from '../schema-parts.ts';
import { retentionSchema } from './retention.ts';
import { scheduleSchema, windowSchema } from './schedule.ts';

const name = pipe(
  string(),
  regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,62}$/u, 'a name of letters, digits, spaces, dots, dashes and underscores'),
);
/** A VM by its id or its name on the host. */
const vm = text(1, 256);
const tag = pipe(string(), regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,40}$/u, 'a tag of letters, digits, dashes and underscores'));

const selectionSchema = variant('kind', [
  strictObject({ kind: literal('chosen'), vms: pipe(array(vm), minLength(1), maxLength(1000)) }),
  /** Every VM that has one of the tags when the run starts. */
  strictObject({ kind: literal('tagged'), tags: pipe(array(tag), minLength(1), maxLength(20)) }),
  /** Every VM of the host when the run starts, new ones too. */
  strictObject({ kind: literal('all') }),
]);

/** Where the passphrase of the repository comes from. The passphrase itself is in no job. */
export const passphraseSourceSchema = variant('kind', [
  strictObject({ kind: literal('keystore') }),
  /** A file whose first line it is, for machines without a keystore. */
  strictObject({ kind: literal('file'), path: text(1, 4096) }),
]);

const atOnce = whole(1, 16);
/** Reads of the host's disks, all VMs of the run together; null for as fast as it goes. */
const bytesPerSecond = optional(nullable(whole(64 * 1024, 1e12)), null);
/** Reads that take longer than this on average make the run rest between them; null for no matter. */
const latencyMs = optional(nullable(whole(1, 60_000)), null);

/** How hard a run may load the host. */
export const loadLimitsSchema = strictObject({
  vmsAtOnce: optional(atOnce, 1),
  bytesPerSecond,
  latencyMs,
  /** Stricter limits while people work; null for none. */
  workingHours: optional(
    nullable(
      strictObject({
        during: pipe(array(windowSchema), minLength(1), maxLength(28)),
        vmsAtOnce: optional(atOnce, 1),
        bytesPerSecond,
        latencyMs,
      }),
    ),
    null,
  ),
});
export type LoadLimits = InferOutput<typeof loadLimitsSchema>;

const minutes = pipe(number(), minValue(Number.EPSILON), maxValue(1440));

/** What clears within its retries is a note; what does not is an alert. */
const retryPolicySchema = strictObject({
  attempts: optional(whole(0, 10), 3),
  /** The pause before the first retry; it doubles up to `longestPauseMinutes`. */
  pauseMinutes: optional(minutes, 5),
  longestPauseMinutes: optional(minutes, 60),
});
export type RetryPolicy = InferOutput<typeof retryPolicySchema>;

/** What tells a virtual disk from others. */
const diskMarkSchema = strictObject({
  /** VHDX virtual disk identifier; null where the format has none. */
  diskId: nullable(text(1, 64)),
  /** Of the file at the root of its chain. */
  name: text(1, 1024),
});
export type DiskMark = InferOutput<typeof diskMarkSchema>;

const excludedDiskSchema = strictObject({
  vm,
  /** Its index on the VM when it was chosen. */
  disk: whole(0, 255),
  /** What it was when it was chosen, or where that could not be told when the first run left it out; null until then. */
  was: optional(nullable(diskMarkSchema), null),
  /** Milliseconds since 1970; null in jobs that did not note it. */
  chosenAt: optional(nullable(whole(0, Number.MAX_SAFE_INTEGER)), null),
});

export const notifyWhen = ['never', 'problems', 'always'] as const;
const notificationsSchema = strictObject({
  mail: optional(picklist(notifyWhen), 'problems'),
  webhooks: optional(picklist(notifyWhen), 'problems'),
  eventLog: optional(picklist(notifyWhen), 'problems'),
});

/** What a person decides about a job. */
export const jobDefinitionSchema = strictObject({
  name,
  /** The host by its name, as `host list` shows it. */
  host: text(1, 64),
  selection: selectionSchema,
  excludedVms: optional(pipe(array(vm), maxLength(1000)), []),
  /** Disks that no run of this job reads. */
  excludedDisks: optional(pipe(array(excludedDiskSchema), maxLength(1000)), []),
  repository: strictObject({ path: text(1, 4096), passphrase: passphraseSourceSchema }),
  consistency: optional(picklist(consistencyPolicies), 'warn'),
  truncateLogs: optional(boolean(), true),
  /** Leave out free space, and the contents of page, swap and hibernation files, where a guest's volume is consistent. */
  skipUnused: optional(boolean(), true),
  /** Look at each new restore point after the run, and keep the evidence beside it. */
  verifyAfterRun: optional(boolean(), false),
  schedule: scheduleSchema,
  /** Null keeps every point. */
  retention: optional(nullable(retentionSchema), null),
  /** Of single VMs, in place of the job's; null keeps every point of that VM. */
  vmRetention: optional(pipe(array(strictObject({ vm, retention: nullable(retentionSchema) })), maxLength(1000)), []),
  limits: optional(loadLimitsSchema, {}),
  retry: optional(retryPolicySchema, {}),
  notifications: optional(notificationsSchema, {}),
});
export type JobDefinition = InferOutput<typeof jobDefinitionSchema>;
/** What has to be given; the rest has defaults. */
export type JobInput = InferInput<typeof jobDefinitionSchema>;

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
