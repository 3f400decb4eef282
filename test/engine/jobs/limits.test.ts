import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadLimitsSchema, parseInput, type Schedule } from '#contract';
import { limitsAt } from '#engine/jobs';

const schedule: Schedule = { timeZone: 'Europe/Vienna', recurrence: { kind: 'manual' }, windows: [], blackouts: [] };
const mib = 1024 * 1024;

test('in working hours the stricter of both limits holds, on the wall clock of the job\u2019s zone', () => {
  const during = [{ weekdays: ['monday' as const], from: '08:00', to: '17:00' }];
  const limits = parseInput(loadLimitsSchema, {
    vmsAtOnce: 4,
    latencyMs: 20,
    workingHours: { during, vmsAtOnce: 1, bytesPerSecond: 20 * mib, latencyMs: 50 },
  });
  const at = (text: string) => limitsAt({ limits, schedule }, Date.parse(text));
  const always = { vmsAtOnce: 4, bytesPerSecond: null, latencyMs: 20 };
  assert.deepEqual(at('2026-03-02T06:59Z'), always);
  assert.deepEqual(at('2026-03-02T07:00Z'), { vmsAtOnce: 1, bytesPerSecond: 20 * mib, latencyMs: 20 });
  assert.deepEqual(at('2026-03-02T16:00Z'), always);
  assert.deepEqual(at('2026-07-06T06:30Z'), { vmsAtOnce: 1, bytesPerSecond: 20 * mib, latencyMs: 20 }, 'in summer, too');
  assert.deepEqual(at('2026-03-03T09:00Z'), always, 'on Tuesday nobody works');
});
