import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { hasCode, parseInput, retentionSchema, type KeepReason, type Retention } from '#contract';
import { planDrop, planRetention, simulateRetention, type DatedPoint } from '#engine/jobs';
import { anyZone, dayMs, hourMs, wallOf } from './wall-clocks.ts';
import { tries } from '../../fixtures/properties.ts';

const some = fc.integer({ min: 0, max: 6 });
const policies: fc.Arbitrary<Retention> = fc
  .record({
    timeZone: anyZone,
    keepLast: some,
    keepWithinHours: fc.integer({ min: 0, max: 100 }),
    hourly: some,
    daily: some,
    weekly: some,
    monthly: some,
    yearly: some,
    floor: fc.integer({ min: 1, max: 4 }),
  })
  .map((policy) => ({ ...policy, dropAtMostPercent: 100, graceDays: 0, keepLast: policy.keepLast + 1 }));
const begin = Date.UTC(2024, 5, 1);
const histories: fc.Arbitrary<readonly DatedPoint[]> = fc
  .array(
    fc.record({
      vm: fc.constantFrom('A', 'B'),
      time: fc.integer({ min: 0, max: 500 * 24 * 4 }).map((quarter) => begin + quarter * 900_000),
      pinned: fc.option(fc.constant('the year end'), { freq: 15 }),
    }),
    { maxLength: 120 },
  )
  .map((list) => list.map((point, at) => ({ ...point, id: String(at).padStart(16, '0') })));

/** The period of a reason, worked out from the test's own clock. */
function expectedPeriod(rule: string, zone: string, time: number): string | undefined {
  const wall = new Date(wallOf(zone, time));
  const text = wall.toISOString();
  if (rule === 'weekly') return undefined;
  return { hourly: text.slice(0, 13), daily: text.slice(0, 10), monthly: text.slice(0, 7), yearly: text.slice(0, 4) }[rule];
}

test('the newest is never dropped, and every point that is kept has reasons that are true', () => {
  fc.assert(
    fc.property(histories, policies, (points, policy) => {
      const verdicts = planRetention(points, policy);
      assert.equal(verdicts.length, points.length);
      for (const [vm, ofVm] of Map.groupBy(verdicts, (verdict) => verdict.vm)) {
        const newest = Math.max(...ofVm.map((verdict) => verdict.time));
        const hasRule = (rule: KeepReason['rule']) => ofVm.filter((one) => one.reasons.some((reason) => reason.rule === rule));
        assert.deepEqual(
          hasRule('latest').map((one) => one.time),
          [newest],
          vm,
        );
        assert.equal(hasRule('keep-last').length, Math.min(policy.keepLast, ofVm.length));
        assert.equal(hasRule('floor').length, Math.min(policy.floor, ofVm.length));
        for (const { point, reasons, time } of ofVm) {
          const pin = points.find((one) => one.id === point)!.pinned;
          assert.equal(
            pin !== null,
            reasons.some((reason) => reason.rule === 'pinned'),
          );
          const within = policy.keepWithinHours > 0 && newest - time < policy.keepWithinHours * hourMs;
          assert.equal(
            within,
            reasons.some((reason) => reason.rule === 'keep-within'),
          );
        }
        for (const rule of ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const) {
          const found = hasRule(rule).map((one) => ({
            time: one.time,
            period: one.reasons.flatMap((reason) => (reason.rule === rule && 'period' in reason ? reason.period : []))[0]!,
          }));
          assert.equal(new Set(found.map((one) => one.period)).size, found.length, `${rule}: one of each period`);
          for (const { time, period } of found) {
            const wanted = expectedPeriod(rule, policy.timeZone, time);
            if (wanted !== undefined) assert.equal(period, wanted);
          }
          if (rule === 'weekly' || found.length === 0) continue;
          const periods = [...new Set(ofVm.map((one) => expectedPeriod(rule, policy.timeZone, one.time)!))].sort();
          const wanted = rule === 'hourly' ? periods.length : Math.min(policy[rule], periods.length);
          assert.ok(found.length <= Math.min(policy[rule], wanted), rule);
          if (rule !== 'hourly') assert.deepEqual(found.map((one) => one.period).sort(), periods.slice(-policy[rule]));
        }
      }
    }),
    tries(150),
  );
});

test('weeks are ISO weeks, also over the turn of a year', () => {
  const at = (text: string): DatedPoint => ({ id: text, vm: 'A', time: Date.parse(`${text}T12:00Z`), pinned: null });
  const policy = parseInput(retentionSchema, { timeZone: 'UTC', weekly: 10, floor: 1 });
  const verdicts = planRetention(['2024-12-29', '2024-12-30', '2025-01-05', '2025-01-06', '2027-01-03'].map(at), policy);
  const weeks = verdicts.map(({ point, reasons }) => [
    point,
    reasons.flatMap((reason) => ('period' in reason ? reason.period : [])).join(),
  ]);
  assert.deepEqual(weeks, [
    ['2027-01-03', '2026-W53'],
    ['2025-01-06', '2025-W02'],
    ['2025-01-05', '2025-W01'],
    ['2024-12-30', ''],
    ['2024-12-29', '2024-W52'],
  ]);
});

test('what is kept today by a period rule is not lost by pruning every day: grandfathers grow', () => {
  const policy = parseInput(retentionSchema, { timeZone: 'Europe/Vienna', daily: 7, weekly: 4, monthly: 12, floor: 1 });
  const moments = Array.from({ length: 730 }, (_, day) => {
    const at = begin + day * dayMs;
    return { at, arriving: [{ id: String(day), vm: 'A', time: at, pinned: null }] };
  });
  const last = [...simulateRetention([], policy, moments)].at(-1)!;
  const count = (rule: string): number => last.kept.filter((one) => one.reasons.some((reason) => reason.rule === rule)).length;
  assert.deepEqual([count('daily'), count('weekly'), count('monthly')], [7, 4, 12]);
});

test('what is simulated is what prunes would keep, one after the other', () => {
  fc.assert(
    fc.property(histories, policies, (arriving, policy) => {
      const moments = arriving.toSorted((a, b) => a.time - b.time).map((point) => ({ at: point.time, arriving: [point] }));
      let points: readonly DatedPoint[] = [];
      for (const [index, { kept }] of [...simulateRetention([], policy, moments)].entries()) {
        points = [...points, ...moments[index]!.arriving];
        const verdicts = planRetention(points, policy);
        assert.deepEqual(
          kept,
          verdicts.filter(({ reasons }) => reasons.length > 0),
        );
        points = points.filter(({ id }) => kept.some(({ point }) => point === id));
      }
    }),
    tries(20),
  );
});

test('a prune refuses a clock that went back, and more than its share at once, until somebody confirms', () => {
  const points = Array.from({ length: 10 }, (_, day): DatedPoint => ({
    id: String(day),
    vm: 'A',
    time: begin + day * dayMs,
    pinned: null,
  }));
  const policy = parseInput(retentionSchema, { timeZone: 'UTC', keepLast: 2, floor: 2, dropAtMostPercent: 30 });
  const now = begin + 10 * dayMs;
  const code = (wanted: string) => (error: unknown) => hasCode(error, wanted as 'retention/none') || assert.fail(String(error));
  assert.throws(() => planDrop(points, policy, { now: begin + 5 * dayMs, confirmed: true }), code('retention/clock-went-back'));
  assert.throws(() => planDrop(points, policy, { now, confirmed: false }), code('retention/too-much-at-once'));
  assert.equal(planDrop(points, policy, { now, confirmed: true }).drop.length, 8);
  assert.equal(planDrop(points.slice(7), policy, { now, confirmed: false }).drop.length, 1, 'one is never too much');
});
