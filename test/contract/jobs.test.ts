import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode, jobDefinitionSchema, parseInput, retentionSchema, scheduleSchema, type JobInput } from '#contract';

const smallest: JobInput = {
  name: 'Nightly',
  host: 'lab',
  selection: { kind: 'all' },
  repository: { path: '/srv/repo', passphrase: { kind: 'keystore' } },
  schedule: { timeZone: 'Europe/Vienna', recurrence: { kind: 'daily', times: ['22:30'] } },
};

test('a job needs little, and the rest has safe defaults', () => {
  const job = parseInput(jobDefinitionSchema, smallest);
  assert.equal(job.consistency, 'warn');
  assert.deepEqual(job.limits, { vmsAtOnce: 1, bytesPerSecond: null, latencyMs: null, workingHours: null });
  assert.deepEqual(job.retry, { attempts: 3, pauseMinutes: 5, longestPauseMinutes: 60 });
  assert.equal(job.retention, null);
  assert.deepEqual(parseInput(jobDefinitionSchema, job), job, 'what was accepted is accepted again');
});

test('what cannot be is refused, and the message names the place', () => {
  const refused = (change: Record<string, unknown>, at: string): void =>
    assert.throws(
      () => parseInput(jobDefinitionSchema, { ...smallest, ...change }),
      (error) => hasCode(error, 'input/invalid') && error.details['at'] === at,
      at,
    );
  const schedule = (change: Record<string, unknown>) => ({ schedule: { ...smallest.schedule, ...change } });
  refused({ name: '../x' }, 'name');
  refused({ name: 'a', passphrase: 'secret' }, 'passphrase');
  refused(schedule({ timeZone: 'Mars/Base' }), 'schedule.timeZone');
  refused(schedule({ recurrence: { kind: 'daily', times: ['24:00'] } }), 'schedule.recurrence.times.0');
  const monthly = (on: object) => schedule({ recurrence: { kind: 'monthly', on, months: [], times: ['01:00'] } });
  refused(monthly({ kind: 'day', day: 31 }), 'schedule.recurrence.on.day');
  const once = (from: string, to: string) => schedule({ blackouts: [{ kind: 'once', from, to, why: '' }] });
  refused(once('2026-02-30T00:00', '2026-03-01T00:00'), 'schedule.blackouts.0.from');
  refused(once('2026-03-02T00:00', '2026-03-01T00:00'), 'schedule.blackouts.0.to');
  refused({ limits: { vmsAtOnce: 0 } }, 'limits.vmsAtOnce');
});

test('a retention that would keep nothing beyond the floor is refused', () => {
  assert.throws(() => parseInput(retentionSchema, { timeZone: 'UTC', floor: 5 }), /at least one rule/);
  assert.equal(parseInput(retentionSchema, { timeZone: 'UTC', daily: 14 }).floor, 3);
  parseInput(scheduleSchema, { timeZone: 'Australia/Lord_Howe', recurrence: { kind: 'manual' } });
});
