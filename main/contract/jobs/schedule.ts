import {
  array,
  check,
  forward,
  literal,
  maxLength,
  minLength,
  optional,
  picklist,
  pipe,
  regex,
  strictObject,
  string,
  union,
  variant,
  type InferOutput,
} from 'valibot';
import { text, whole } from '../schema-parts.ts';

/** Monday first, as ISO 8601 counts. */
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

const weekday = picklist(weekdays);
/** A time on the wall clock of the schedule's zone. */
const timeOfDay = pipe(string(), regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 22:30'));
const times = pipe(array(timeOfDay), minLength(1), maxLength(24));
const localDateTime = pipe(string(), check(isLocalDateTime, 'a local date and time such as 2026-12-24T18:00'));

/** A time zone that this runtime knows, by its IANA name. */
export const timeZoneSchema = pipe(text(1, 64), check(isTimeZone, 'the name of a time zone such as Europe/Vienna'));

/** When occurrences come due; all times are on the wall clock of the schedule's zone. */
const recurrenceSchema = variant('kind', [
  strictObject({ kind: literal('manual') }),
  /** Counted in real hours from `from` on every day; a day's last interval is cut or stretched to meet the next day's first. */
  strictObject({ kind: literal('hourly'), hours: whole(1, 24), from: timeOfDay }),
  strictObject({ kind: literal('daily'), times }),
  strictObject({ kind: literal('weekly'), weekdays: pipe(array(weekday), minLength(1), maxLength(7)), times }),
  strictObject({
    kind: literal('monthly'),
    on: variant('kind', [
      /** The 29th to 31st are not in every month: say `last`. */
      strictObject({ kind: literal('day'), day: union([whole(1, 28), literal('last')]) }),
      strictObject({ kind: literal('weekday'), which: union([whole(1, 4), literal('last')]), weekday }),
    ]),
    /** 1 to 12; empty for every month. */
    months: pipe(array(whole(1, 12)), maxLength(12)),
    times,
  }),
]);
export type Recurrence = InferOutput<typeof recurrenceSchema>;

/** A stretch that comes again every week. When `to` is not after `from` it ends on the next day. */
export const windowSchema = strictObject({
  /** The days on which it begins; empty for every day. */
  weekdays: pipe(array(weekday), maxLength(7)),
  from: timeOfDay,
  to: timeOfDay,
});
export type ScheduleWindow = InferOutput<typeof windowSchema>;

/** A stretch in which nothing starts. */
const blackoutSchema = variant('kind', [
  strictObject({ kind: literal('weekly'), during: windowSchema }),
  pipe(
    strictObject({ kind: literal('once'), from: localDateTime, to: localDateTime, why: text(0, 200) }),
    forward(
      check((blackout) => blackout.from < blackout.to, 'a blackout must end after it begins'),
      ['to'],
    ),
  ),
]);
export type Blackout = InferOutput<typeof blackoutSchema>;

export const scheduleSchema = strictObject({
  timeZone: timeZoneSchema,
  recurrence: recurrenceSchema,
  /** Runs start only within one of these; an occurrence outside waits for the next to open. Empty: at any time. */
  windows: optional(pipe(array(windowSchema), maxLength(28)), []),
  blackouts: optional(pipe(array(blackoutSchema), maxLength(100)), []),
});
export type Schedule = InferOutput<typeof scheduleSchema>;

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
