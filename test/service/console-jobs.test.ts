import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { JobForm, JobView, PlannedLife, PlanView } from '#contract';
import { testConsole } from './console-fixture.ts';

const plan = {
  recurrence: 'daily',
  hours: 4,
  time: '02:30',
  weekdays: [],
  day: 1,
  windows: [],
  blackouts: [],
  closures: [],
  keepHourly: 0,
  timeZone: 'Europe/Vienna',
  keepDaily: 7,
  keepWeekly: 4,
  keepMonthly: 0,
  keepYearly: 0,
} as const;

test('a plan is previewed on its own clock, with what it would keep', async (context) => {
  const { ask, call } = await testConsole(context);
  const { starts, kept, lives } = await ask<PlanView>('jobs.plan', plan);
  assert.equal(starts.length, 10);
  assert.ok(
    starts.every((start) => /T0[23]:\d\d[+]0[12]:00$/.test(start.local)),
    starts[0]?.local,
  );
  const year = kept.find((one) => one.days === 365)!;
  assert.ok(year.points >= 9 && year.points <= 12 && year.oldestDays < 40, JSON.stringify(kept));
  assert.equal(lives?.days, 365);
  for (const { days, points } of kept) {
    const then = lives.from + days * 86_400_000;
    const living: PlannedLife[] = lives.points.filter(({ at, spans }) => at <= then && (spans.at(-1)!.until ?? Infinity) > then);
    assert.equal(living.length, points, `the points that live after ${days} days are as many as are counted`);
  }
  const none = await ask<PlanView>('jobs.plan', { ...plan, recurrence: 'manual' });
  assert.deepEqual(none, { starts: [], kept: [], lives: null });
  assert.equal((await call('jobs.plan', { ...plan, time: '25:00' })).code, 'input/invalid');
  assert.equal((await call('jobs.plan', { ...plan, timeZone: 'Moon/Crater' })).code, 'input/invalid');
});

test('a job is made, paused and deleted; without a way to its passphrase it is refused', async (context) => {
  const { ask, call, folder } = await testConsole(context);
  const passphrase = 'correct horse battery';
  const { repository } = await ask<{ repository: string }>('repositories.create', {
    name: 'NAS',
    folder: join(folder, 'repo'),
    passphrase,
  });
  const passphraseFile = join(folder, 'passphrase');
  await writeFile(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
  const form: JobForm = {
    ...plan,
    weekdays: [],
    name: 'Nightly',
    host: 'lab',
    repository,
    windows: [],
    blackouts: [],
    closures: [],
    select: 'chosen',
    tags: [],
    excludedVms: [],
    excludedDisks: [{ vm: 'FS01', disk: 1 }],
    skipUnused: true,
    verifyAfterRun: false,
    vmsAtOnce: 2,
    megabytesPerSecond: 50,
    latencyMs: null,
    workingHours: [],
    workingVmsAtOnce: 1,
    workingMegabytesPerSecond: 10,
    workingLatencyMs: 20,
    mail: 'always',
    webhooks: 'problems',
    eventLog: 'never',
    vms: ['FS01'],
    consistency: 'warn',
    truncateLogs: true,
    passphraseFile,
  };
  assert.equal((await call('jobs.create', { ...form, vms: [] })).code, 'input/invalid');
  const made = await ask<JobView>('jobs.create', form);
  assert.deepEqual([made.vms, made.recurrence, made.retention?.daily], [['FS01'], 'daily', 7]);
  assert.ok(made.next !== null);
  const paused = await ask<JobView>('jobs.pause', { job: made.id, paused: true });
  assert.deepEqual([paused.paused, paused.next], [true, null]);
  await ask('jobs.remove', { job: made.id });
  assert.deepEqual(await ask('jobs.list'), []);
  if (process.platform !== 'win32') {
    const { code } = await call('jobs.create', { ...form, passphraseFile: null });
    assert.ok(code === 'secrets/unavailable' || code === 'host/powershell-missing', code);
  }
});
