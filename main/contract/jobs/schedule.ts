import { z } from 'zod';

/** Monday first, as ISO 8601 counts. */
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

const weekday = z.enum(weekdays);
/** A time on the wall clock of the schedule's zone. */
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 22:30');
const times = z.array(timeOfDay).min(1).max(24);
const localDateTime = z.string().refine(isLocalDateTime, 'a local date and time such as 2026-12-24T18:00');

/** A time zone that this runtime knows, by its IANA name. */
export const timeZoneSchema = z.string().max(64).refine(isTimeZone, 'the name of a time zone such as Europe/Vienna');

/** When occurrences come due; all times are on the wall clock of the schedule's zone. */
export const recurrenceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('manual') }),
  /** Counted in real hours from `from` on every day; a day's last interval is cut or stretched to meet the next day's first. */
  z.strictObject({ kind: z.literal('hourly'), hours: z.int().min(1).max(24), from: timeOfDay }),
  z.strictObject({ kind: z.literal('daily'), times }),
  z.strictObject({ kind: z.literal('weekly'), weekdays: z.array(weekday).min(1).max(7), times }),
  z.strictObject({
    kind: z.literal('monthly'),
    on: z.discriminatedUnion('kind', [
      /** The 29th to 31st are not in every month: say `last`. */
      z.strictObject({ kind: z.literal('day'), day: z.union([z.int().min(1).max(28), z.literal('last')]) }),
      z.strictObject({ kind: z.literal('weekday'), which: z.union([z.int().min(1).max(4), z.literal('last')]), weekday }),
    ]),
    /** 1 to 12; empty for every month. */
    months: z.array(z.int().min(1).max(12)).max(12),
    times,
  }),
]);
export type Recurrence = z.infer<typeof recurrenceSchema>;

/** A stretch that comes again every week. When `to` is not after `from` it ends on the next day. */
export const windowSchema = z.strictObject({
  /** The days on which it begins; empty for every day. */
  weekdays: z.array(weekday).max(7),
  from: timeOfDay,
  to: timeOfDay,
});
export type ScheduleWindow = z.infer<typeof windowSchema>;

/** A stretch in which nothing starts. */
export const blackoutSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('weekly'), during: windowSchema }),
  z
    .strictObject({ kind: z.literal('once'), from: localDateTime, to: localDateTime, why: z.string().max(200) })
    .refine((blackout) => blackout.from < blackout.to, { message: 'a blackout must end after it begins', path: ['to'] }),
]);
export type Blackout = z.infer<typeof blackoutSchema>;

export const scheduleSchema = z.strictObject({
  timeZone: timeZoneSchema,
  recurrence: recurrenceSchema,
  /** Runs start only within one of these; an occurrence outside waits for the next to open. Empty: at any time. */
  windows: z.array(windowSchema).max(28).default([]),
  blackouts: z.array(blackoutSchema).max(100).default([]),
});
export type Schedule = z.infer<typeof scheduleSchema>;

/** One line of `schedule preview --json`. */
export interface PlannedStart {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The same moment on the wall clock of the schedule's zone, with its offset, such as `2026-03-29T03:00+02:00`. */
  readonly local: string;
  /** The occurrences that this start answers, ISO 8601, UTC: more than one, or earlier than `at`, when a window or blackout held them. */
  readonly due: readonly string[];
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function isLocalDateTime(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text)) return false;
  const read = new Date(`${text}Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(text);
}
