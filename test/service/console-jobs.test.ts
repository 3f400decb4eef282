import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { JobForm, JobView, PlannedLife, PlanView } from '#contract';
import type { NamedPoint } from '#engine/jobs';
import { findJob } from '#service';
import { simulateJob } from '../../main/service/jobs/simulate.ts';
import { testConsole, type TestConsole } from './console-fixture.ts';

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
  const { starts, kept, lives } = await ask<PlanView>('jobs.plan', { plan, job: null, vm: null });
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
  const planned = (change: object) => ({ plan: { ...plan, ...change }, job: null, vm: null });
  const none = await ask<PlanView>('jobs.plan', planned({ recurrence: 'manual' }));
  assert.deepEqual(none, { vms: [], of: null, starts: [], kept: [], lives: null });
  assert.equal((await call('jobs.plan', planned({ time: '25:00' }))).code, 'input/invalid');
  assert.equal((await call('jobs.plan', planned({ timeZone: 'Moon/Crater' }))).code, 'input/invalid');
});

test('a job is made, paused and deleted; without a way to its passphrase it is refused', async (context) => {
  const { ask, call, folder, services } = await testConsole(context);
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
  const wrong = join(folder, 'wrong');
  await writeFile(wrong, 'another one\n', { mode: 0o600 });
  const files = [
    [wrong, 'repository/wrong-passphrase'],
    [join(folder, 'nowhere'), 'input/not-found'],
    ['passphrase', 'input/invalid'],
  ] as const;
  for (const [file, code] of files) assert.equal((await call('jobs.create', { ...form, passphraseFile: file })).code, code, file);
  const made = await ask<JobView>('jobs.create', form);
  assert.deepEqual([made.vms, made.recurrence, made.retention?.daily], [['FS01'], 'daily', 7]);
  assert.ok(made.next !== null);
  await startsFromItsPoints(made.id, { ask, call, services });
  const paused = await ask<JobView>('jobs.pause', { job: made.id, paused: true });
  assert.deepEqual([paused.paused, paused.next], [true, null]);
  await ask('jobs.remove', { job: made.id });
  assert.deepEqual(await ask('jobs.list'), []);
  if (process.platform !== 'win32') {
    const { code } = await call('jobs.create', { ...form, passphraseFile: null });
    assert.ok(code === 'secrets/unavailable' || code === 'host/powershell-missing', code);
  }
});

/** What the page shows of a job that has points is what the command line, and so the prune, makes of the same points. */
async function startsFromItsPoints(
  id: string,
  { ask, call, services }: Pick<TestConsole, 'ask' | 'call' | 'services'>,
): Promise<void> {
  const { state } = services.home;
  const job = findJob(state, id);
  const now = Date.now();
  const dayMs = 86_400_000;
  const insert = state.prepare(
    "INSERT INTO restore_points (repository, id, vm, vm_id, time, consistency, run, job, pinned) VALUES ('r', ?, ?, ?, ?, 'application', 'x', ?, ?)",
  );
  const points: NamedPoint[] = [];
  for (const [vm, name] of [
    ['id-1', 'SQL01'],
    ['id-2', 'dc01'],
  ] as const)
    for (let back = 1; back <= 40; back += 1) {
      const point = { id: `${vm}-${back}`, vm, name, time: now - back * dayMs, pinned: back === 39 ? 'year end' : null };
      points.push(point);
      insert.run(point.id, name, vm, point.time, id, point.pinned);
    }
  insert.run('of-another-job', 'SQL01', 'id-1', now - 300 * dayMs, 'other', null);
  const form = (await ask<{ form: JobForm }>('jobs.get', { job: id })).form;
  const wish = { plan: Object.fromEntries(Object.keys(plan).map((name) => [name, form[name as keyof JobForm]])), job: id };
  const first = await ask<PlanView>('jobs.plan', { ...wish, vm: null });
  assert.deepEqual(first.of, { vm: 'id-2', name: 'dc01', points: 40 }, 'the first by name');
  assert.deepEqual(
    first.vms.map(({ name }) => name),
    ['dc01', 'SQL01'],
  );
  const { kept, lives, of } = await ask<PlanView>('jobs.plan', { ...wish, vm: 'id-1' });
  assert.equal(of?.name, 'SQL01');
  const there = lives!.points.filter(({ at }) => at <= now);
  assert.equal(there.length, 40, 'all that is there, and nothing of another job');
  const wanted = simulateJob(job, { points: points.filter(({ vm }) => vm === 'id-1'), now: lives!.from, days: 365 });
  for (const { at, kept: staying } of wanted) {
    const then = Date.parse(at);
    const living = lives!.points.filter((life) => life.at <= then && (life.spans.at(-1)!.until ?? Infinity) > then);
    assert.deepEqual(
      living.map((life) => life.at),
      staying.map(({ time }) => time).toSorted((a, b) => a - b),
      at,
    );
  }
  assert.ok(
    there.some(({ spans }) => spans[0]!.rules.length === 0 && spans[0]!.until !== null),
    'the next prune drops some',
  );
  assert.ok(there.some(({ spans }) => spans.at(-1)!.rules.includes('pinned') && spans.at(-1)!.until === null));
  assert.equal(kept.find(({ days }) => days === 365)!.points, wanted.at(-1)!.kept.length);
  assert.equal((await call('jobs.plan', { ...wish, job: 'no such', vm: null })).code, 'input/not-found');
}
