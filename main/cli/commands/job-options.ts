/** The flags of `job create` and `job edit`, and what they mean. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { HostkeepError, weekdays, type JobInput, type Weekday } from '#contract';
import { latencyOf, rateOf, withLimitOptions, type LimitFlags } from '../limit-options.ts';

export interface JobFlags extends LimitFlags {
  readonly host?: string;
  readonly repo?: string;
  readonly all?: boolean;
  readonly vm?: readonly string[];
  readonly tag?: readonly string[];
  readonly excludeVm?: readonly string[];
  readonly excludeDisk?: readonly string[];
  /** False: no more. */
  readonly passphraseFile?: string | false;
  readonly consistency?: string;
  readonly copy?: boolean;
  readonly verify?: boolean;
  readonly manual?: boolean;
  readonly every?: string;
  readonly daily?: boolean;
  readonly weekly?: readonly string[];
  readonly monthly?: string;
  readonly at?: readonly string[];
  readonly timeZone?: string;
  readonly window?: readonly string[];
  readonly blackout?: readonly string[];
  readonly keepLast?: string;
  readonly keepWithin?: string;
  readonly keepHourly?: string;
  readonly keepDaily?: string;
  readonly keepWeekly?: string;
  readonly keepMonthly?: string;
  readonly keepYearly?: string;
  readonly floor?: string;
  readonly grace?: string;
  readonly dropAtMost?: string;
  readonly keepAll?: boolean;
  readonly vmKeep?: readonly string[];
  readonly vmsAtOnce?: string;
  readonly workingHours?: readonly string[];
  readonly workingVmsAtOnce?: string;
  readonly workingRate?: string;
  readonly workingLatency?: string;
}

/** When something starts by itself. */
export function withStartOptions(command: Command): Command {
  return command
    .option('--manual', 'no schedule')
    .option('--every <hours>', 'every N hours, counted from the first --at')
    .option('--daily', 'every day, at each --at')
    .option('--weekly <days...>', 'on these days of the week, at each --at')
    .option('--monthly <day>', '1 to 28, last, or such as "last friday" or "2 tuesday"; at each --at')
    .option('--at <times...>', 'times of day, HH:MM')
    .option('--time-zone <zone>', 'such as Europe/Vienna; this computer\u2019s when left out');
}

function withWhatOptions(command: Command): Command {
  return command
    .option('--host <name>', 'the host')
    .option('--repo <folder>', 'the repository (HOSTKEEP_REPO)')
    .option('--all', 'all VMs of the host, new ones too')
    .option('--vm <names...>', 'VMs by name or id')
    .option('--tag <tags...>', 'VMs that have one of these tags')
    .option('--exclude-vm <names...>', 'VMs to leave out')
    .option('--exclude-disk <disks...>', 'disks to leave out, as VM:INDEX of now; where they move they stay left out')
    .option('--passphrase-file <file>', 'where the passphrase of the repository is, on a machine without a keystore')
    .option('--consistency <policy>', 'require, warn or allow less than application consistency')
    .option('--copy', 'leave the guests\u2019 logs alone')
    .option('--no-copy', 'truncate them after success')
    .option('--verify', 'look at each new restore point after the run, and keep the evidence')
    .option('--no-verify', 'do not');
}

export function withJobOptions(command: Command): Command {
  return withStartOptions(withWhatOptions(withLimitOptions(command)))
    .option('--window <windows...>', 'start only within: "22:00-06:00" or "saturday,sunday 08:00-20:00"')
    .option('--blackout <times...>', 'never start: like --window, or "2026-12-24T00:00/2026-12-27T00:00"')
    .option('--keep-last <n>', 'the newest N restore points of a VM')
    .option('--keep-within <hours>', 'every point of the last N hours')
    .option('--keep-hourly <n>', 'one of each of N hours')
    .option('--keep-daily <n>', 'one of each of N days')
    .option('--keep-weekly <n>', 'one of each of N weeks')
    .option('--keep-monthly <n>', 'one of each of N months')
    .option('--keep-yearly <n>', 'one of each of N years')
    .option('--floor <n>', 'never fewer than N points of a VM')
    .option('--grace <days>', 'days in which `undelete` brings a dropped point back')
    .option('--drop-at-most <percent>', 'refuse to drop a larger share of a VM\u2019s points at once')
    .option('--keep-all', 'no retention: keep every point')
    .option(
      '--vm-keep <policies...>',
      'of single VMs: "SQL01 daily=30 monthly=12", "SQL01 all", or "SQL01 job" for the job\u2019s again',
    )
    .option('--vms-at-once <n>', 'VMs at a time')
    .option('--working-hours <windows...>', 'when people work: like --window, or "none"; then these hold, too:')
    .option('--working-vms-at-once <n>', 'VMs at a time in working hours')
    .option('--working-rate <mib>', 'like --rate, in working hours')
    .option('--working-latency <ms>', 'like --latency, in working hours');
}

/** What the flags change; nothing that was not given. @throws HostkeepError input/invalid */
export function jobChange(flags: JobFlags, before: Partial<JobInput> = {}): Partial<JobInput> {
  const selection = selectionOf(flags);
  const schedule = scheduleOf(flags, before.schedule);
  const retention = retentionOf(flags, before.retention ?? undefined, schedule?.timeZone ?? before.schedule?.timeZone);
  const limits = limitsOf(flags, before.limits?.workingHours ?? undefined);
  // What is kept is found from any folder.
  const path = flags.repo === undefined ? before.repository?.path : resolve(flags.repo);
  const kept = before.repository?.passphrase ?? { kind: 'keystore' as const };
  const passphrase = flags.passphraseFile === undefined ? kept : passphraseIn(flags.passphraseFile);
  const repository = path !== undefined && (flags.repo ?? flags.passphraseFile) !== undefined ? { path, passphrase } : undefined;
  return defined({
    host: flags.host,
    selection,
    excludedVms: flags.excludeVm === undefined ? undefined : [...flags.excludeVm],
    excludedDisks: flags.excludeDisk?.map(diskOf),
    repository,
    consistency: flags.consistency,
    truncateLogs: flags.copy === undefined ? undefined : !flags.copy,
    verifyAfterRun: flags.verify,
    schedule,
    retention,
    vmRetention: vmRetentionOf(flags.vmKeep, { ...before, retention: retention ?? before.retention ?? null }),
    limits: Object.keys(limits).length === 0 ? undefined : { ...before.limits, ...limits },
  });
}

function passphraseIn(file: string | false): NonNullable<JobInput['repository']>['passphrase'] {
  return file === false ? { kind: 'keystore' } : { kind: 'file', path: resolve(file) };
}

function limitsOf(flags: JobFlags, working: WorkingHours | undefined): Record<string, unknown> {
  const { workingHours: windows } = flags;
  const during = windows?.join() === 'none' ? null : windows?.map(windowOf);
  const stricter = defined({
    during: during ?? undefined,
    vmsAtOnce: numberOf(flags.workingVmsAtOnce),
    bytesPerSecond: rateOf(flags.workingRate, 'workingRate'),
    latencyMs: latencyOf(flags.workingLatency, 'workingLatency'),
  });
  const changed = Object.keys(stricter).length === 0 ? undefined : { ...working, ...stricter };
  return defined({
    vmsAtOnce: numberOf(flags.vmsAtOnce),
    bytesPerSecond: rateOf(flags.rate),
    latencyMs: latencyOf(flags.latency),
    workingHours: during === null ? null : changed,
  });
}

type WorkingHours = NonNullable<NonNullable<JobInput['limits']>['workingHours']>;

/** Without what is undefined. */
export function defined(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
}

/** What a number may be says the schema of a job. */
function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw new HostkeepError('input/invalid', { given: text, why: 'a whole number' });
  return Number(text);
}

function selectionOf({ all, vm, tag }: JobFlags): JobInput['selection'] | undefined {
  const given = [all === true, vm !== undefined, tag !== undefined].filter(Boolean).length;
  if (given > 1) throw new HostkeepError('input/invalid', { why: 'give one of --all, --vm and --tag' });
  if (all === true) return { kind: 'all' };
  if (vm !== undefined) return { kind: 'chosen', vms: [...vm] };
  return tag === undefined ? undefined : { kind: 'tagged', tags: [...tag] };
}

function scheduleOf(flags: JobFlags, before: JobInput['schedule'] | undefined): JobInput['schedule'] | undefined {
  const recurrence = recurrenceOf(flags);
  const { timeZone, window, blackout } = flags;
  if ((recurrence ?? timeZone ?? window ?? blackout) === undefined) return undefined;
  return {
    timeZone: timeZone ?? before?.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    recurrence: recurrence ?? before?.recurrence ?? { kind: 'manual' },
    windows: window?.map(windowOf) ?? before?.windows ?? [],
    blackouts: blackout?.map(blackoutOf) ?? before?.blackouts ?? [],
  };
}

function recurrenceOf({ manual, every, daily, weekly, monthly, at }: JobFlags): JobInput['schedule']['recurrence'] | undefined {
  const times = at === undefined ? ['22:00'] : at.map(timeOf);
  const given = [manual, every, daily, weekly, monthly].filter((flag) => flag !== undefined);
  if (given.length > 1)
    throw new HostkeepError('input/invalid', { why: 'give one of --manual, --every, --daily, --weekly, --monthly' });
  if (manual === true) return { kind: 'manual' };
  if (every !== undefined) return { kind: 'hourly', hours: Number(every), from: at?.[0] ?? '00:00' };
  if (weekly !== undefined) return { kind: 'weekly', weekdays: weekly.map(weekdayOf), times };
  if (monthly !== undefined) return { kind: 'monthly', on: monthDayOf(monthly), months: [], times };
  return daily === true || at !== undefined ? { kind: 'daily', times } : undefined;
}

function timeOf(text: string): string {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(text))
    throw new HostkeepError('input/invalid', { at: text, why: 'a time of day such as 22:30' });
  return text;
}

function weekdayOf(text: string): Weekday {
  const found = weekdays.filter((day) => text.length >= 2 && day.startsWith(text.toLowerCase()));
  if (found.length !== 1) throw new HostkeepError('input/invalid', { weekday: text });
  return found[0]!;
}

type Monthly = Extract<JobInput['schedule']['recurrence'], { kind: 'monthly' }>['on'];

function monthDayOf(text: string): Monthly {
  const [which = '', day] = text.trim().split(/\s+/);
  const place = which === 'last' ? ('last' as const) : Number(which);
  const most = day === undefined ? 28 : 4;
  if (place !== 'last' && !(Number.isInteger(place) && place >= 1 && place <= most))
    throw new HostkeepError('input/invalid', { monthly: text, why: '1 to 28 or last, or such as "last friday" or "2 tuesday"' });
  return day === undefined ? { kind: 'day', day: place } : { kind: 'weekday', which: place, weekday: weekdayOf(day) };
}

/** `22:00-06:00`, or `saturday,sunday 08:00-20:00`. */
function windowOf(text: string): { weekdays: Weekday[]; from: string; to: string } {
  const [, days, from, to] = /^(?:([a-z,]+)\s+)?(\d\d:\d\d)-(\d\d:\d\d)$/i.exec(text.trim()) ?? [];
  if (from === undefined || to === undefined) throw new HostkeepError('input/invalid', { window: text });
  return { weekdays: days === undefined ? [] : days.split(',').map(weekdayOf), from, to };
}

function blackoutOf(text: string): NonNullable<JobInput['schedule']['blackouts']>[number] {
  const [from, to] = text.split('/');
  if (to === undefined) return { kind: 'weekly', during: windowOf(text) };
  return { kind: 'once', from: from!, to, why: '' };
}

function retentionOf(
  flags: JobFlags,
  before: JobInput['retention'] | undefined,
  timeZone: string | undefined,
): JobInput['retention'] | undefined {
  if (flags.keepAll === true) return null;
  const change = defined({
    keepLast: numberOf(flags.keepLast),
    keepWithinHours: numberOf(flags.keepWithin),
    hourly: numberOf(flags.keepHourly),
    daily: numberOf(flags.keepDaily),
    weekly: numberOf(flags.keepWeekly),
    monthly: numberOf(flags.keepMonthly),
    yearly: numberOf(flags.keepYearly),
    floor: numberOf(flags.floor),
    graceDays: numberOf(flags.grace),
    dropAtMostPercent: numberOf(flags.dropAtMost),
  });
  if (Object.keys(change).length === 0) return undefined;
  return { timeZone: timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone, ...before, ...change };
}

/** Adds to, changes, or takes away from what is there; the rules that are not given are none, the rest is the job's. */
function vmRetentionOf(policies: readonly string[] | undefined, before: Partial<JobInput>): JobInput['vmRetention'] | undefined {
  if (policies === undefined) return undefined;
  const found = new Map((before.vmRetention ?? []).map((one) => [one.vm.toLowerCase(), one]));
  for (const text of policies) {
    const [vm = '', ...rules] = text.trim().split(/\s+/);
    if (rules.length === 0) throw new HostkeepError('input/invalid', { vmKeep: text });
    if (rules.join() === 'job') found.delete(vm.toLowerCase());
    else
      found.set(vm.toLowerCase(), {
        vm,
        retention: rules.join() === 'all' ? null : rulesOf(rules, before.retention ?? undefined),
      });
  }
  return [...found.values()];
}

const ruleNames: Readonly<Record<string, string>> = { last: 'keepLast', within: 'keepWithinHours', grace: 'graceDays' };

function rulesOf(rules: readonly string[], ofJob: JobInput['retention'] | undefined): NonNullable<JobInput['retention']> {
  const given = rules.map((rule): [string, number] => {
    const [, name = '', value] = /^([a-z]+)=(\d+)$/.exec(rule) ?? [];
    if (value === undefined) throw new HostkeepError('input/invalid', { vmKeep: rule });
    return [ruleNames[name] ?? name, Number(value)];
  });
  const { timeZone, floor, dropAtMostPercent, graceDays } = ofJob ?? {};
  const rest = defined({ floor, dropAtMostPercent, graceDays });
  return { timeZone: timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone, ...rest, ...Object.fromEntries(given) };
}

function diskOf(text: string): { vm: string; disk: number } {
  const [, vm, disk] = /^(.+):(\d+)$/.exec(text) ?? [];
  if (vm === undefined) throw new HostkeepError('input/invalid', { excludeDisk: text });
  return { vm, disk: Number(disk) };
}
