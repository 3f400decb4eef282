import { Cron } from 'croner';
import { weekdays, type Recurrence } from '#contract';
import { dayMs, dayOf, timeMs } from './wall.ts';
import type { Zone } from './zone.ts';

/** The first occurrence after an instant; undefined when there is none. */
export type NextOccurrence = (after: number) => number | undefined;

const hourMs = 3_600_000;

/** When a recurrence comes due, window and blackout aside. */
export function occurrencesOf(recurrence: Recurrence, zone: Zone): NextOccurrence {
  if (recurrence.kind === 'manual') return () => undefined;
  if (recurrence.kind === 'hourly') return hourly(recurrence, zone);
  return onCalendar(patternsOf(recurrence), zone);
}

/**
 * The calendar is reckoned on the wall clock, where no day is longer than another; the zone then says when that is. Two wall times
 * that the clock skips at once are one instant, and so one occurrence.
 */
function onCalendar(patterns: readonly string[], zone: Zone): NextOccurrence {
  const crons = patterns.map((pattern) => new Cron(pattern, { utcOffset: 0 }));
  const nextWall = (wall: number): number | undefined => {
    const found = crons.flatMap((cron) => cron.nextRun(new Date(wall))?.getTime() ?? []);
    return found.length === 0 ? undefined : Math.min(...found);
  };
  return (after) => {
    let wall = nextWall(zone.wallOf(after));
    while (wall !== undefined) {
      const instant = zone.instantOf(wall);
      if (instant > after) return instant;
      wall = nextWall(wall);
    }
    return undefined;
  };
}

function patternsOf(recurrence: Exclude<Recurrence, { kind: 'manual' | 'hourly' }>): readonly string[] {
  return recurrence.times.map((time) => {
    const [hour, minute] = time.split(':').map(Number);
    return `${minute} ${hour} ${daysOf(recurrence)}`;
  });
}

/** Day of month, month and day of week, as cron has them. */
function daysOf(recurrence: Exclude<Recurrence, { kind: 'manual' | 'hourly' }>): string {
  if (recurrence.kind === 'daily') return '* * *';
  if (recurrence.kind === 'weekly') return `* * ${recurrence.weekdays.map(cronWeekday).join(',')}`;
  const months = recurrence.months.length === 0 ? '*' : recurrence.months.join(',');
  const { on } = recurrence;
  if (on.kind === 'day') return `${on.day === 'last' ? 'L' : on.day} ${months} *`;
  return `* ${months} ${cronWeekday(on.weekday)}#${on.which === 'last' ? 'L' : on.which}`;
}

function cronWeekday(day: (typeof weekdays)[number]): number {
  return weekdays.indexOf(day) + 1;
}

/**
 * Every so many real hours since the day's first. Where a day is longer or shorter than 24 hours, or the hours do not divide it, the
 * last interval meets the next day's first: it is never less than half and never more than one and a half of what was asked for.
 */
function hourly(recurrence: Extract<Recurrence, { kind: 'hourly' }>, zone: Zone): NextOccurrence {
  const step = recurrence.hours * hourMs;
  const from = timeMs(recurrence.from);
  return (after) => {
    const today = dayOf(zone.wallOf(after));
    let end = zone.instantOf(today - 2 * dayMs + from);
    for (let day = today - dayMs; day <= today + 4 * dayMs; day += dayMs) {
      const begin = end;
      end = zone.instantOf(day + from);
      if (begin > after) return begin;
      const next = begin + (Math.floor((after - begin) / step) + 1) * step;
      if (next < end && end - next >= step / 2) return next;
    }
    return undefined;
  };
}
