import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { weekdays, type Recurrence, type Weekday } from '#contract';
import { startsOf, timetableOf } from '#engine/jobs';
import { anyZone, dayMs, decade, firstInstant, hourMs, times, wallOf } from './wall-clocks.ts';
import { tries } from '../../fixtures/properties.ts';

const schedule = (timeZone: string, recurrence: Recurrence) => ({ timeZone, recurrence, windows: [], blackouts: [] });

/** Every start in the decade. */
function firing(timeZone: string, recurrence: Recurrence): readonly number[] {
  const found: number[] = [];
  for (const { at, due } of startsOf(timetableOf(schedule(timeZone, recurrence)), {
    handledUntil: decade.from,
    now: decade.from,
  })) {
    if (at > decade.to) break;
    assert.deepEqual(due, [at], 'without windows every occurrence starts by itself');
    found.push(at);
  }
  return found;
}

/** What the calendar asks for, by looking at every day of the decade. */
function expected(timeZone: string, list: readonly string[], wanted: (day: Date) => boolean): readonly number[] {
  const found = new Set<number>();
  for (let day = decade.from - 2 * dayMs; day < decade.to + 2 * dayMs; day += dayMs) {
    if (!wanted(new Date(day))) continue;
    for (const time of list) {
      const [hours, minutes] = time.split(':').map(Number);
      found.add(firstInstant(timeZone, day + hours! * hourMs + minutes! * 60_000));
    }
  }
  return [...found].filter((at) => at > decade.from && at <= decade.to).sort((a, b) => a - b);
}

const isoWeekday = (day: Date): Weekday => weekdays[(day.getUTCDay() + 6) % 7]!;
const lastOfMonth = (day: Date): number => new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
const anyWeekday = fc.constantFrom(...weekdays);
const months = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 4 });
const inMonths = (list: readonly number[], day: Date): boolean => list.length === 0 || list.includes(day.getUTCMonth() + 1);

test('daily: over ten years and any zone no day is lost and none is doubled', () => {
  fc.assert(
    fc.property(anyZone, times, (zone, list) => {
      assert.deepEqual(
        firing(zone, { kind: 'daily', times: list }),
        expected(zone, list, () => true),
      );
    }),
    tries(6),
  );
});

test('weekly and monthly, also on the last Friday: no occurrence is lost and none is doubled', () => {
  const days = fc.uniqueArray(anyWeekday, { minLength: 1, maxLength: 7 });
  fc.assert(
    fc.property(anyZone, times, days, (zone, list, chosen) => {
      assert.deepEqual(
        firing(zone, { kind: 'weekly', weekdays: chosen, times: list }),
        expected(zone, list, (day) => chosen.includes(isoWeekday(day))),
      );
    }),
    tries(8),
  );
  const which = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant('last' as const));
  fc.assert(
    fc.property(anyZone, times, months, fc.tuple(which, anyWeekday), (zone, list, chosen, [place, weekday]) => {
      const hits = (day: Date): boolean =>
        inMonths(chosen, day) &&
        isoWeekday(day) === weekday &&
        (place === 'last' ? day.getUTCDate() + 7 > lastOfMonth(day) : Math.ceil(day.getUTCDate() / 7) === place);
      const on = { kind: 'weekday', which: place, weekday } as const;
      assert.deepEqual(firing(zone, { kind: 'monthly', on, months: chosen, times: list }), expected(zone, list, hits));
    }),
    tries(12),
  );
  const anyDay = fc.oneof(fc.integer({ min: 1, max: 28 }), fc.constant('last' as const));
  fc.assert(
    fc.property(anyZone, times, months, anyDay, (zone, list, chosen, day) => {
      const hits = (date: Date): boolean =>
        inMonths(chosen, date) && date.getUTCDate() === (day === 'last' ? lastOfMonth(date) : day);
      const on = { kind: 'day', day } as const;
      assert.deepEqual(firing(zone, { kind: 'monthly', on, months: chosen, times: list }), expected(zone, list, hits));
    }),
    tries(12),
  );
});

test('every N hours: each day begins on its time, and no interval is under half or over one and a half of N', () => {
  fc.assert(
    fc.property(anyZone, fc.integer({ min: 1, max: 24 }), times, (zone, hours, [from]) => {
      const found = new Set(firing(zone, { kind: 'hourly', hours, from: from! }));
      const ordered = [...found];
      for (const first of expected(zone, [from!], () => true)) assert.ok(found.has(first), new Date(first).toISOString());
      // The shortest day of the decade loses an hour: half an interval of a day's 24 hours may lose that, too.
      const slack = hours === 24 ? hourMs : 0;
      for (let at = 1; at < ordered.length; at += 1) {
        const gap = ordered[at]! - ordered[at - 1]!;
        const where = `${zone} ${hours} ${from} ${new Date(ordered[at]!).toISOString()} ${gap / hourMs}`;
        assert.ok(gap >= (hours * hourMs) / 2 - slack && gap <= hours * 1.5 * hourMs + slack, where);
      }
    }),
    tries(8),
  );
});

test('what the clock skips starts at the skip, what it shows twice starts once', () => {
  const vienna = firing('Europe/Vienna', { kind: 'daily', times: ['02:30'] });
  const onDay = (list: readonly number[], day: string): readonly string[] =>
    list.map((at) => new Date(at).toISOString()).filter((text) => text.startsWith(day));
  assert.deepEqual(onDay(vienna, '2026-03-29'), ['2026-03-29T01:00:00.000Z']);
  assert.deepEqual(onDay(vienna, '2026-10-25'), ['2026-10-25T00:30:00.000Z']);
  const lordHowe = firing('Australia/Lord_Howe', { kind: 'daily', times: ['02:15'] });
  assert.deepEqual(onDay(lordHowe, '2026-10-03'), ['2026-10-03T15:30:00.000Z'], 'half an hour is skipped at 02:00');
  assert.equal(new Date(wallOf('Australia/Lord_Howe', Date.parse('2026-10-03T15:30Z'))).toISOString().slice(11, 16), '02:30');
});
