import { array, boolean, maxLength, nullable, picklist, pipe, strictObject, type InferOutput } from 'valibot';
import { consistencyPolicies } from '../ids.ts';
import { weekdays } from '../jobs/schedule.ts';
import { hex, text, whole } from '../schema-parts.ts';

const kept = whole(0, 10_000);
const when = {
  recurrence: picklist(['manual', 'hourly', 'daily', 'weekly', 'monthly']),
  /** Of `hourly`: every so many hours. */
  hours: whole(1, 24),
  /** `22:30`, on the wall clock of the zone. */
  time: text(5, 5),
  weekdays: pipe(array(picklist(weekdays)), maxLength(7)),
  /** Of `monthly`. */
  day: whole(1, 28),
  timeZone: text(1, 64),
  keepDaily: kept,
  keepWeekly: kept,
  keepMonthly: kept,
  keepYearly: kept,
};

/** When a job would run and what it would keep: for the preview while somebody is still deciding. */
export const jobPlanSchema = strictObject(when);

/** A job as the wizard asks for it. What it does not ask keeps its default; `job edit` reaches the rest. */
export const jobFormSchema = strictObject({
  ...when,
  name: text(1, 63),
  host: text(1, 64),
  repository: hex(16),
  /** Every VM of the host, new ones too; otherwise those in `vms`. */
  all: boolean(),
  vms: pipe(array(text(1, 256)), maxLength(1000)),
  consistency: picklist(consistencyPolicies),
  truncateLogs: boolean(),
  /** File whose first line is the passphrase; null for the keystore. */
  passphraseFile: nullable(text(1, 4096)),
});

export type JobPlan = InferOutput<typeof jobPlanSchema>;
export type JobForm = InferOutput<typeof jobFormSchema>;
