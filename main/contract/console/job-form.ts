import { array, boolean, maxLength, nullable, picklist, pipe, strictObject, type InferOutput } from 'valibot';
import { consistencyPolicies } from '../ids.ts';
import { notifyWhen } from '../jobs/job.ts';
import { weekdays } from '../jobs/schedule.ts';
import { hex, text, whole } from '../schema-parts.ts';

const kept = whole(0, 10_000);
/** `22:30`, on the wall clock of the job's zone. */
const time = text(5, 5);
const days = pipe(array(picklist(weekdays)), maxLength(7));
/** Comes again every week; without days on every day; over midnight when it ends before it begins. */
const stretch = strictObject({ weekdays: days, from: time, to: time });
const stretches = pipe(array(stretch), maxLength(28));
/** `2026-12-24T18:00`. */
const moment = text(16, 16);

/** When something starts by itself. */
const starts = {
  recurrence: picklist(['manual', 'hourly', 'daily', 'weekly', 'monthly']),
  /** Of `hourly`: every so many hours. */
  hours: whole(1, 24),
  time,
  weekdays: days,
  /** Of `monthly`; 0 for the last day. */
  day: whole(0, 28),
  timeZone: text(1, 64),
};

const when = {
  ...starts,
  /** Runs start only within one of these; without any at all times. */
  windows: stretches,
  /** Nothing starts within these. */
  blackouts: stretches,
  /** Nothing starts within these either, once. */
  closures: pipe(array(strictObject({ from: moment, to: moment, why: text(0, 200) })), maxLength(50)),
  keepHourly: kept,
  keepDaily: kept,
  keepWeekly: kept,
  keepMonthly: kept,
  keepYearly: kept,
};

const jobPlanSchema = strictObject(when);

/** When a job would run and what it would keep: for the preview while somebody is still deciding. */
export const planWishSchema = strictObject({
  plan: jobPlanSchema,
  /** The job that is changed, whose restore points are there; null for one that is not there yet. */
  job: nullable(text(1, 64)),
  /** Of these VMs of the job, by what tells it from others; null for the first. */
  vm: nullable(text(1, 256)),
});

/** How hard a host may be worked, all VMs of a run together; null for no limit. */
const megabytesPerSecond = nullable(whole(1, 1_000_000));
/** Reads that take longer than this on average make the run rest between them. */
const latencyMs = nullable(whole(1, 60_000));

const vmName = text(1, 256);

/** A job as the wizard asks for it. What it does not ask keeps its default; `job edit` reaches the rest. */
export const jobFormSchema = strictObject({
  ...when,
  name: text(1, 63),
  host: text(1, 64),
  repository: hex(16),
  /** Every VM of the host, new ones too; those in `vms`; or those that have one of `tags` when the run starts. */
  select: picklist(['all', 'chosen', 'tagged']),
  vms: pipe(array(vmName), maxLength(1000)),
  tags: pipe(array(text(1, 41)), maxLength(20)),
  excludedVms: pipe(array(vmName), maxLength(1000)),
  excludedDisks: pipe(array(strictObject({ vm: vmName, disk: whole(0, 255) })), maxLength(1000)),
  consistency: picklist(consistencyPolicies),
  truncateLogs: boolean(),
  skipUnused: boolean(),
  verifyAfterRun: boolean(),
  vmsAtOnce: whole(1, 16),
  megabytesPerSecond,
  latencyMs,
  /** When people work, and what holds then; without any hours nothing else does. */
  workingHours: stretches,
  workingVmsAtOnce: whole(1, 16),
  workingMegabytesPerSecond: megabytesPerSecond,
  workingLatencyMs: latencyMs,
  mail: picklist(notifyWhen),
  webhooks: picklist(notifyWhen),
  eventLog: picklist(notifyWhen),
  /** File whose first line is the passphrase; null for the keystore. */
  passphraseFile: nullable(text(1, 4096)),
});

/** A restore drill as its form asks for it. */
export const drillFormSchema = strictObject({
  ...starts,
  name: text(1, 63),
  host: text(1, 64),
  repository: hex(16),
  /** By name or id; none for all that have restore points. */
  vms: pipe(array(vmName), maxLength(1000)),
  /** On the host. */
  folder: text(1, 4096),
  /** Null: without a network. */
  switch: nullable(text(1, 256)),
  /** Null where the host is this computer. */
  listen: nullable(text(1, 80)),
  waitSeconds: whole(1, 86_400),
  /** With the key that signs; null for the keystore. */
  keyFile: nullable(text(1, 4096)),
  /** File whose first line is the passphrase; null for the keystore. */
  passphraseFile: nullable(text(1, 4096)),
});

export const drillEditSchema = strictObject({ drill: text(1, 64), form: drillFormSchema });

export const jobEditSchema = strictObject({ job: text(1, 64), form: jobFormSchema });

export type PlanWish = InferOutput<typeof planWishSchema>;
export type JobPlan = InferOutput<typeof jobPlanSchema>;
export type StartPlan = Pick<JobPlan, keyof typeof starts>;
export type DrillForm = InferOutput<typeof drillFormSchema>;
export type JobForm = InferOutput<typeof jobFormSchema>;
export type Stretch = InferOutput<typeof stretch>;
