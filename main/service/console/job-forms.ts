/** Jobs as the wizard knows them, there and back. What the wizard does not ask for stays as it was. */
import {
  HostkeepError,
  type Job,
  type JobForm,
  type JobInput,
  type JobPlan,
  type RepositoryView,
  type StartPlan,
} from '#contract';

/** @throws HostkeepError input/invalid */
export function definitionOf(form: JobForm, folder: string): JobInput {
  const { name, host, consistency, truncateLogs, skipUnused, verifyAfterRun, passphraseFile, mail, webhooks, eventLog } = form;
  return {
    name,
    host,
    consistency,
    truncateLogs,
    skipUnused,
    verifyAfterRun,
    selection: selectionOf(form),
    excludedVms: [...form.excludedVms],
    excludedDisks: form.excludedDisks.map((one) => ({ ...one })),
    repository: repositoryOf(passphraseFile, folder),
    schedule: scheduleOf(form),
    retention: retentionOf(form),
    limits: limitsOf(form),
    notifications: { mail, webhooks, eventLog },
  };
}

/** Of a repository that is listed no more: an id that no repository has. */
export function repositoryIdOf(folder: string, repositories: readonly RepositoryView[]): string {
  return repositories.find((one) => one.folder === folder)?.id ?? '0'.repeat(32);
}

export function passphraseFileOf({ passphrase }: Job['repository']): string | null {
  return passphrase.kind === 'file' ? passphrase.path : null;
}

export function repositoryOf(passphraseFile: string | null, path: string): JobInput['repository'] {
  return { path, passphrase: passphraseFile === null ? { kind: 'keystore' } : { kind: 'file', path: passphraseFile } };
}

function selectionOf({ select, vms, tags }: JobForm): JobInput['selection'] {
  if (select === 'all') return { kind: 'all' };
  if (select === 'tagged') {
    if (tags.length === 0) throw new HostkeepError('input/invalid', { at: 'tags', why: 'no tag is given' });
    return { kind: 'tagged', tags: [...tags] };
  }
  if (vms.length === 0) throw new HostkeepError('input/invalid', { at: 'vms', why: 'no VM is chosen' });
  return { kind: 'chosen', vms: [...vms] };
}

export function scheduleOf(plan: JobPlan): JobInput['schedule'] {
  return {
    timeZone: plan.timeZone,
    recurrence: recurrenceOf(plan),
    windows: plan.windows.map(copied),
    blackouts: [
      ...plan.blackouts.map((during) => ({ kind: 'weekly' as const, during: copied(during) })),
      ...plan.closures.map((closure) => ({ kind: 'once' as const, ...closure })),
    ],
  };
}

export function recurrenceOf({ recurrence, hours, time, weekdays, day }: StartPlan): JobInput['schedule']['recurrence'] {
  const times = [time];
  if (recurrence === 'manual') return { kind: 'manual' };
  if (recurrence === 'hourly') return { kind: 'hourly', hours, from: time };
  if (recurrence === 'daily') return { kind: 'daily', times };
  if (recurrence === 'weekly') return { kind: 'weekly', weekdays: [...weekdays], times };
  return { kind: 'monthly', on: { kind: 'day', day: day === 0 ? 'last' : day }, months: [], times };
}

/** All rules at nothing: every point is kept. */
export function retentionOf(plan: JobPlan): NonNullable<JobInput['retention']> | null {
  const { timeZone, keepHourly: hourly, keepDaily: daily, keepWeekly: weekly, keepMonthly: monthly, keepYearly: yearly } = plan;
  if (hourly + daily + weekly + monthly + yearly === 0) return null;
  return { timeZone, hourly, daily, weekly, monthly, yearly };
}

function limitsOf(form: JobForm): NonNullable<JobInput['limits']> {
  const { vmsAtOnce, megabytesPerSecond, latencyMs, workingHours } = form;
  const always = { vmsAtOnce, bytesPerSecond: bytesOf(megabytesPerSecond), latencyMs };
  if (workingHours.length === 0) return { ...always, workingHours: null };
  return {
    ...always,
    workingHours: {
      during: workingHours.map(copied),
      vmsAtOnce: form.workingVmsAtOnce,
      bytesPerSecond: bytesOf(form.workingMegabytesPerSecond),
      latencyMs: form.workingLatencyMs,
    },
  };
}

const megabyte = 1_000_000;

function bytesOf(megabytes: number | null): number | null {
  return megabytes === null ? null : megabytes * megabyte;
}

function megabytesOf(bytes: number | null | undefined): number | null {
  return bytes === null || bytes === undefined ? null : Math.max(1, Math.round(bytes / megabyte));
}

type Window = NonNullable<JobInput['schedule']['windows']>[number];

function copied({ weekdays, from, to }: Window): Window {
  return { weekdays: [...weekdays], from, to };
}

/** The form that would make this job. */
export function formOf(job: Job, repositories: readonly RepositoryView[]): JobForm {
  const { name, host, selection, excludedVms, excludedDisks, consistency, truncateLogs, skipUnused, verifyAfterRun, limits } =
    job;
  const { repository, notifications } = job;
  return {
    ...planOf(job),
    name,
    host,
    repository: repositoryIdOf(repository.path, repositories),
    select: selection.kind,
    vms: selection.kind === 'chosen' ? [...selection.vms] : [],
    tags: selection.kind === 'tagged' ? [...selection.tags] : [],
    excludedVms: [...excludedVms],
    excludedDisks: excludedDisks.map(({ vm, disk }) => ({ vm, disk })),
    consistency,
    truncateLogs,
    skipUnused,
    verifyAfterRun,
    vmsAtOnce: limits.vmsAtOnce,
    megabytesPerSecond: megabytesOf(limits.bytesPerSecond),
    latencyMs: limits.latencyMs,
    workingHours: limits.workingHours?.during.map(copied) ?? [],
    workingVmsAtOnce: limits.workingHours?.vmsAtOnce ?? 1,
    workingMegabytesPerSecond: megabytesOf(limits.workingHours?.bytesPerSecond),
    workingLatencyMs: limits.workingHours?.latencyMs ?? null,
    mail: notifications.mail,
    webhooks: notifications.webhooks,
    eventLog: notifications.eventLog,
    passphraseFile: passphraseFileOf(repository),
  };
}

/** A schedule richer than the form can say is shown by its nearest. */
export function startPlanOf({ recurrence, timeZone }: Job['schedule']): StartPlan {
  return {
    recurrence: recurrence.kind,
    hours: recurrence.kind === 'hourly' ? recurrence.hours : 4,
    time: recurrence.kind === 'hourly' ? recurrence.from : 'times' in recurrence ? (recurrence.times[0] ?? '22:00') : '22:00',
    weekdays: recurrence.kind === 'weekly' ? [...recurrence.weekdays] : ['friday'],
    day: recurrence.kind === 'monthly' && recurrence.on.kind === 'day' && recurrence.on.day !== 'last' ? recurrence.on.day : 0,
    timeZone,
  };
}

/** Of a form: what of it says when something starts. */
export const startFields = ['recurrence', 'hours', 'time', 'weekdays', 'day'] as const;

export function sameFields<Form extends object>(a: Form, b: Form, fields: readonly (keyof Form)[]): boolean {
  return fields.every((field) => JSON.stringify(a[field]) === JSON.stringify(b[field]));
}

function planOf({ schedule, retention }: Job): JobPlan {
  const { windows, blackouts } = schedule;
  return {
    ...startPlanOf(schedule),
    windows: windows.map(copied),
    blackouts: blackouts.flatMap((one) => (one.kind === 'weekly' ? [copied(one.during)] : [])),
    closures: blackouts.flatMap((one) => (one.kind === 'once' ? [{ from: one.from, to: one.to, why: one.why }] : [])),
    keepHourly: retention?.hourly ?? 0,
    keepDaily: retention?.daily ?? 0,
    keepWeekly: retention?.weekly ?? 0,
    keepMonthly: retention?.monthly ?? 0,
    keepYearly: retention?.yearly ?? 0,
  };
}

/** What of a job changes when its form comes back: parts that were left alone keep what the form cannot say. */
export function changeOf(
  job: Job,
  form: JobForm,
  of: { folder: string; repositories: readonly RepositoryView[] },
): Partial<JobInput> {
  const before = formOf(job, of.repositories);
  const wanted = definitionOf(form, of.folder);
  const { schedule, retention, limits, ...rest } = wanted;
  const isTimeAsBefore = sameFields(before, form, startFields);
  return {
    ...rest,
    excludedDisks: form.excludedDisks.map(
      ({ vm, disk }) => job.excludedDisks.find((one) => one.vm === vm && one.disk === disk) ?? { vm, disk },
    ),
    schedule: isTimeAsBefore ? { ...schedule, recurrence: job.schedule.recurrence } : schedule,
    retention: retention === null || retention === undefined ? null : { ...job.retention, ...retention },
    limits: { ...job.limits, ...limits },
  };
}
