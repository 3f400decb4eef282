import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { weekdays, type Blackout, type Recurrence, type Schedule, type ScheduleWindow } from '#contract';
import { decide, isWithin, missedSince, previewOf, startsOf, timetableOf, wakeTimesOf, zoneOf } from '#engine/jobs';
import { anyTime, anyZone, dayMs, decade, hourMs, segmentsOf, times, wallOf } from './wall-clocks.ts';
import { tries } from '../../fixtures/properties.ts';

const someDays = fc.uniqueArray(fc.constantFrom(...weekdays), { maxLength: 3 });
const window: fc.Arbitrary<ScheduleWindow> = fc
  .tuple(someDays, anyTime, anyTime)
  .map(([days, from, to]) => ({ weekdays: days, from, to: to === from ? '23:58' : to }));
const recurrence: fc.Arbitrary<Recurrence> = fc.oneof(
  times.map((list): Recurrence => ({ kind: 'daily', times: list })),
  fc.tuple(fc.integer({ min: 1, max: 24 }), anyTime).map(([hours, from]): Recurrence => ({ kind: 'hourly', hours, from })),
  fc.tuple(fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }), times).map(([days, list]): Recurrence => ({
    kind: 'weekly',
    weekdays: days,
    times: list,
  })),
);
const blackout: fc.Arbitrary<Blackout> = fc.oneof(
  window.map((during): Blackout => ({ kind: 'weekly', during })),
  fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 300 })).map(([day, hours]): Blackout => {
    const from = Date.UTC(2026, 2, 1) + day * dayMs;
    const text = (at: number): string => new Date(at).toISOString().slice(0, 16);
    return { kind: 'once', from: text(from), to: text(from + hours * hourMs), why: 'works' };
  }),
);
const schedule: fc.Arbitrary<Schedule> = fc
  .tuple(anyZone, recurrence, fc.array(window, { maxLength: 2 }), fc.array(blackout, { maxLength: 2 }))
  .map(([timeZone, found, windows, blackouts]) => ({ timeZone, recurrence: found, windows, blackouts }));

/** A month over both hemispheres' changes of clocks. */
const from = Date.UTC(2026, 2, 6) + 7 * 60_000;
const until = from + 30 * dayMs;

test('a machine that sleeps now and then answers every occurrence exactly once, and never twice at once', () => {
  const naps = fc.array(fc.tuple(fc.integer({ min: 0, max: 35 * 24 }), fc.integer({ min: 1, max: 120 })), { maxLength: 5 });
  fc.assert(
    fc.property(schedule, naps, (given, asleep) => {
      const timetable = timetableOf(given);
      const answered: number[] = [];
      let handledUntil = from;
      for (let now = from; now < until; now += 30 * 60_000) {
        const hour = (now - from) / hourMs;
        if (asleep.some(([begin, length]) => hour >= begin && hour < begin + length)) continue;
        const decision = decide(timetable, { handledUntil, now });
        if (!decision.due) {
          assert.ok(decision.next === null || decision.next > now);
          continue;
        }
        assert.ok(isAllowed(given, now), `starts at ${new Date(now).toISOString()}`);
        answered.push(...decision.answers);
        handledUntil = now;
      }
      const wanted: number[] = [];
      for (let next = timetable.nextOccurrence(from); next !== undefined && next <= handledUntil;)
        next = timetable.nextOccurrence((wanted.push(next), next));
      assert.deepEqual(answered, wanted);
    }),
    tries(8),
  );
});

/** Windows and blackouts, told from the wall clock of the test's own knowledge of zones. */
function isAllowed({ timeZone, windows, blackouts }: Schedule, instant: number): boolean {
  const wall = wallOf(timeZone, instant);
  const minute = Math.floor((wall % dayMs) / 60_000);
  const weekday = (offset: number) => weekdays[(new Date(wall + offset).getUTCDay() + 6) % 7]!;
  const on = (days: readonly string[], day: string): boolean => days.length === 0 || days.includes(day);
  const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  const isIn = ({ weekdays: days, from: begin, to }: ScheduleWindow): boolean => {
    const [a, b] = [minutes(begin), minutes(to)];
    if (b > a) return on(days, weekday(0)) && minute >= a && minute < b;
    return (on(days, weekday(0)) && minute >= a) || (on(days, weekday(-dayMs)) && minute < b);
  };
  const isOut = (one: Blackout): boolean =>
    one.kind === 'weekly' ? isIn(one.during) : wall >= Date.parse(`${one.from}Z`) && wall < Date.parse(`${one.to}Z`);
  return (windows.length === 0 || windows.some(isIn)) && !blackouts.some(isOut);
}

/**
 * Woken on the grid of its wake times, every start comes at its minute, and as often as the preview said. One that the clock skips may lie
 * off the grid: the look after it finds it, and answers what has come due until then as well.
 */
function firesAsPreviewed(given: Schedule, begin: number, days: number): void {
  const timetable = timetableOf(given);
  const wake = wakeTimesOf(given, given.timeZone)!;
  assert.equal(wake.kind, 'interval');
  const step = (wake.kind === 'interval' ? wake.minutes : 0) * 60_000;
  // The grid lies on the wall clock of the machine; its clock jumps by whole steps.
  const offset = (Number(wake.from.slice(3)) * 60_000 + begin - wallOf(given.timeZone, begin)) % step;
  const lookFrom = (instant: number): number => Math.ceil((instant - offset) / step) * step + offset;
  const end = begin + Math.min(days, step < 10 * 60_000 ? 2 : days) * dayMs;
  const preview = previewOf(timetable, { handledUntil: begin, now: begin, count: 60 })
    .map((start) => Date.parse(start.at))
    .filter((at) => at < end);
  // Off the grid at the end of what a window allows: the look comes too late, and the start waits for the next opening.
  if (preview.some((at) => lookFrom(at) > at && !isAllowed(given, lookFrom(at)))) return;
  const looks = [...new Set(preview.map(lookFrom))];
  const fired: number[] = [];
  let handledUntil = begin;
  for (let now = lookFrom(begin); now < end + step && fired.length < looks.length; now += step) {
    if (!decide(timetable, { handledUntil, now }).due) continue;
    fired.push(now);
    handledUntil = now;
  }
  const text = (at: number): string => new Date(at).toISOString();
  assert.deepEqual(fired.map(text), looks.map(text), `previewed ${preview.map(text).join(', ')}`);
}

test('two starts between two looks are one, where the clock skips the first of them', () => {
  const given = (windows: ScheduleWindow[]): Schedule => ({
    timeZone: 'Europe/Vienna',
    recurrence: { kind: 'daily', times: ['02:15', '03:15'] },
    windows,
    blackouts: [],
  });
  const timetable = timetableOf(given([]));
  const before = Date.parse('2026-03-28T12:00Z');
  const skip = Date.parse('2026-03-29T01:00Z');
  const preview = previewOf(timetable, { handledUntil: before, now: before, count: 2 }).map(({ at }) => Date.parse(at));
  assert.deepEqual(preview, [skip, skip + 15 * 60_000]);
  const woken = decide(timetable, { handledUntil: before, now: skip + 15 * 60_000 });
  assert.deepEqual(woken.due && woken.answers, preview);
  firesAsPreviewed(given([]), before, 2);
  // With a window that closes between the skip and the look, what was skipped waits for the next day.
  const narrow = timetableOf(given([{ weekdays: [], from: '01:00', to: '03:10' }]));
  const next = decide(narrow, { handledUntil: before, now: skip + 15 * 60_000 });
  assert.deepEqual(next, { due: false, next: Date.parse('2026-03-29T23:00Z') });
});

test('the preview is what fires, over a month with changes of the clock in both hemispheres', () => {
  fc.assert(
    fc.property(schedule, (given) => firesAsPreviewed(given, from, 30)),
    tries(6),
  );
});

test('the preview is what fires around every kind of change of the clock in ten years', () => {
  const changes = (zone: string): readonly number[] =>
    segmentsOf(zone)
      .map((segment) => segment.to)
      .filter((at) => at > decade.from && at < decade.to);
  fc.assert(
    fc.property(schedule, fc.nat(), (given, pick) => {
      const known = changes(given.timeZone);
      const change = known[pick % Math.max(1, known.length)] ?? from;
      firesAsPreviewed(given, change - 2 * dayMs + 7 * 60_000, 4);
    }),
    tries(25),
  );
});

test('what was missed is caught up once and told, and what a window held back is not missed', () => {
  const nightly: Schedule = {
    timeZone: 'Europe/Vienna',
    recurrence: { kind: 'daily', times: ['22:00'] },
    windows: [],
    blackouts: [],
  };
  const handledUntil = Date.parse('2026-03-01T12:00Z');
  const now = Date.parse('2026-03-04T08:00Z');
  const late = decide(timetableOf(nightly), { handledUntil, now });
  assert.ok(late.due);
  assert.deepEqual([late.answers.length, late.missed.length], [3, 3]);
  assert.equal(decide(timetableOf(nightly), { handledUntil: now, now: now + hourMs }).due, false);
  const held: Schedule = { ...nightly, windows: [{ weekdays: ['saturday'], from: '10:00', to: '14:00' }] };
  assert.deepEqual(missedSince(timetableOf(held), { handledUntil, now }), []);
  const saturday = Date.parse('2026-03-07T09:05Z');
  const onTime = decide(timetableOf(held), { handledUntil, now: saturday });
  assert.ok(onTime.due && onTime.answers.length === 6 && onTime.missed.length === 0);
  const next = decide(timetableOf(held), { handledUntil, now: saturday + dayMs });
  assert.deepEqual(next, { due: false, next: Date.parse('2026-03-14T09:00Z') }, 'a Sunday is outside: it waits for Saturday');
  assert.equal(missedSince(timetableOf(held), { handledUntil, now: saturday + dayMs }).length, 6, 'and that is told as missed');
});

test('a schedule that windows and blackouts never let start says so, and so does a manual one', () => {
  const never: Schedule = {
    timeZone: 'UTC',
    recurrence: { kind: 'hourly', hours: 1, from: '00:00' },
    windows: [{ weekdays: [], from: '01:00', to: '02:00' }],
    blackouts: [{ kind: 'weekly', during: { weekdays: [], from: '00:30', to: '03:00' } }],
  };
  assert.deepEqual(decide(timetableOf(never), { handledUntil: from, now: from }), { due: false, next: null });
  const manual: Schedule = { timeZone: 'UTC', recurrence: { kind: 'manual' }, windows: [], blackouts: [] };
  assert.deepEqual(decide(timetableOf(manual), { handledUntil: from, now: until }), { due: false, next: null });
  assert.equal(wakeTimesOf(manual, 'UTC'), null);
  assert.deepEqual([...startsOf(timetableOf(manual), { handledUntil: from, now: from })], []);
});

test('working hours are told on the wall clock of the zone', () => {
  const office: ScheduleWindow[] = [{ weekdays: ['monday'], from: '22:00', to: '06:00' }];
  const within = (text: string): boolean => isWithin(office, zoneOf('Europe/Vienna'), Date.parse(text));
  assert.deepEqual(['2026-03-02T21:00Z', '2026-03-03T04:59Z', '2026-03-03T05:00Z', '2026-03-03T21:30Z'].map(within), [
    true,
    true,
    false,
    false,
  ]);
});
