import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInput, retentionSchema, scheduleSchema } from '#contract';
import { livesOf } from '../../../main/service/jobs/lives.ts';
import { simulateJob } from '../../../main/service/jobs/simulate.ts';

const dayMs = 86_400_000;
const now = Date.parse('2026-11-30T12:00:00Z');
const timeZone = 'Europe/Vienna';

function simulated(rules: Readonly<Record<string, number>>, days: number) {
  const schedule = parseInput(scheduleSchema, { timeZone, recurrence: { kind: 'daily', times: ['22:00'] } });
  const retention = parseInput(retentionSchema, { timeZone, ...rules });
  return simulateJob({ name: '', schedule, retention, vmRetention: [] }, { points: [], now, days });
}

test('a point lives from its start until the prune that drops it, and says what kept it meanwhile', () => {
  const lives = livesOf(simulated({ daily: 4, floor: 1 }, 10));
  assert.equal(lives.length, 10);
  const [first] = lives;
  assert.deepEqual(
    first?.spans.map(({ rules }) => rules),
    [['latest', 'daily', 'floor'], ['daily']],
  );
  assert.deepEqual(
    first?.spans.map(({ until }) => (until! - first.at) / dayMs),
    [1, 4],
    'newest for a day, one of four days for three more',
  );
  assert.deepEqual(lives.at(-1)?.spans, [{ rules: ['latest', 'daily', 'floor'], until: null }]);
});

test('at every start the points that live are those that the prune keeps', () => {
  const moments = simulated({ daily: 3, weekly: 2, monthly: 2 }, 120);
  const lives = livesOf(moments);
  for (const { at, kept } of moments) {
    const then = Date.parse(at);
    const living = lives.filter((life) => life.at <= then && (life.spans.at(-1)!.until ?? Infinity) > then);
    assert.deepEqual(
      living.map((life) => life.at),
      kept.map(({ time }) => time).toSorted((a, b) => a - b),
      at,
    );
  }
});
