import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  HostkeepError,
  parseInput,
  scheduleSchema,
  toErrorData,
  type Alert,
  type Job,
  type JobInput,
  type VmOutcome,
} from '#contract';
import type { VmFacts } from '#engine/ports';
import { jobBook, openHome, seeAllAlerts, statusReport, type JobOutcome } from '#service';
import { recordDrill, recordOutcome } from '../../../main/service/jobs/record.ts';
import { insertDrill } from '../../../main/service/state/drills.ts';
import { rememberVms } from '../../../main/service/state/inventory.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';

const start = Date.parse('2026-03-02T12:00Z');
const hourMs = 3_600_000;

async function shop(context: TestContext) {
  const home = openHome(join(await temporaryFolder(context), 'home'));
  context.after(() => home.close());
  let now = start;
  const book = jobBook({ home, now: () => now });
  const input: JobInput = {
    name: 'Nightly',
    host: 'lab',
    selection: { kind: 'chosen', vms: ['FS01'] },
    repository: { path: '/nowhere', passphrase: { kind: 'keystore' } },
    schedule: { timeZone: 'UTC', recurrence: { kind: 'daily', times: ['22:00'] } },
  };
  const job = await book.create(input);
  return {
    home,
    book,
    job,
    input,
    status: () => statusReport(home.state, now),
    pass: (hours: number) => (now += hours * hourMs),
  };
}

const failed = (vm: string): VmOutcome => ({
  vm,
  vmId: vm,
  result: 'failed',
  point: null,
  consistency: null,
  fullReadReason: null,
  warnings: [],
  error: toErrorData(new HostkeepError('host/unreachable')),
});
const good = (vm: string): VmOutcome => ({ ...failed(vm), result: 'success', error: null });
const outcome = (job: Job, vms: readonly VmOutcome[], more: Partial<JobOutcome> = {}): JobOutcome => ({
  job: job.id,
  result: 'success',
  runs: ['r'],
  vms,
  recovered: [],
  points: [],
  readBytes: 0,
  newBytes: 0,
  error: null,
  ...more,
});
const shown = (alerts: readonly Alert[]) => alerts.map((alert) => [alert.kind, alert.subject, alert.clearedAt !== null]);

test('a failure is critical until it has cleared and was seen; what a retry cleared is a note', async (context) => {
  const { home, job, status, pass } = await shop(context);
  assert.equal(status().level, 'ok');
  recordOutcome(home.state, job, outcome(job, [good('FS01')], { recovered: ['FS01'] }), start);
  assert.deepEqual([status().level, status().alerts], ['ok', []], 'no false alarm');
  recordOutcome(home.state, job, outcome(job, [failed('FS01')]), pass(1));
  recordOutcome(home.state, job, outcome(job, [failed('FS01')]), pass(1));
  const open = status();
  assert.deepEqual([open.level, shown(open.alerts), open.alerts[0]?.count], ['critical', [['run-failed', 'FS01', false]], 2]);
  seeAllAlerts(home.state, pass(1));
  assert.equal(status().level, 'warning', 'seen, and still so');
  recordOutcome(home.state, job, outcome(job, [failed('FS01')]), pass(1));
  assert.equal(status().level, 'critical', 'a further failure wants to be seen again');
  recordOutcome(home.state, job, outcome(job, [good('FS01')]), pass(1));
  assert.deepEqual([status().level, shown(status().alerts)], ['critical', [['run-failed', 'FS01', true]]], 'it stays until seen');
  seeAllAlerts(home.state, pass(1));
  assert.deepEqual([status().level, status().alerts], ['ok', []]);
});

test('a missed run is an alert, once, and only when it was missed', async (context) => {
  const { home, book, job, status, pass } = await shop(context);
  pass(11);
  assert.equal(status().level, 'ok', '23:00: it may still start');
  pass(1);
  assert.deepEqual(shown(status().alerts), [['run-missed', 'Nightly', false]]);
  assert.equal(status().alerts[0]?.count, 1);
  pass(24);
  assert.equal(status().alerts[0]?.count, 2);
  recordOutcome(home.state, job, outcome(job, [good('FS01')]), pass(0));
  assert.deepEqual(shown(status().alerts), [['run-missed', 'Nightly', true]], 'caught up, and it stays until seen');
  seeAllAlerts(home.state, pass(0));
  await book.pause('Nightly', true);
  pass(100);
  assert.deepEqual(status().alerts, [], 'a paused job misses nothing');
  await book.pause('Nightly', false);
  assert.deepEqual(status().alerts, []);
});

test('a VM that no job protects is a warning until one does', async (context) => {
  const { home, book, status, input } = await shop(context);
  const vm = (id: string, name: string): VmFacts => ({
    id,
    name,
    state: 'running',
    generation: 2,
    configurationVersion: '9.0',
    guestOs: 'linux',
    reachable: 'file-system',
    disks: [],
  });
  rememberVms(home.state, 'lab', [vm('1', 'FS01'), vm('2', 'NEW01')], start);
  assert.deepEqual([status().level, shown(status().alerts)], ['warning', [['vm-unprotected', 'NEW01', false]]]);
  seeAllAlerts(home.state, start);
  assert.equal(status().alerts.length, 1, 'seen, and still so');
  await book.create({ ...input, name: 'All', selection: { kind: 'all' } });
  assert.deepEqual([status().level, status().alerts], ['ok', []]);
});

test('what was said of a VM clears when the job has it no more, and what was said of a job when the job is gone', async (context) => {
  const { home, book, job, status, pass } = await shop(context);
  recordOutcome(home.state, job, outcome(job, [failed('FS01'), failed('OLD01')]), pass(1));
  recordOutcome(home.state, job, outcome(job, [failed('FS01')]), pass(1));
  const openOf = (): readonly string[] =>
    status().alerts.flatMap(({ subject, clearedAt }) => (clearedAt === null ? [subject] : []));
  assert.deepEqual([openOf(), status().alerts.length], [['FS01'], 2]);
  await book.remove('Nightly');
  assert.deepEqual([openOf(), status().alerts.length], [[], 2]);
});

test('a home without any job is a warning, and so is every VM of a host that no job names', async (context) => {
  const { home, book, status } = await shop(context);
  await book.remove('Nightly');
  const vm = { name: 'DC01', state: 'running', generation: 2, configurationVersion: '9.0', guestOs: 'windows' } as const;
  assert.deepEqual([status().level, status().alerts], ['warning', []]);
  assert.match(status().summary, /no job backs anything up/);
  rememberVms(home.state, 'lab', [{ ...vm, id: '1', reachable: 'application', disks: [] }], start);
  assert.deepEqual(shown(status().alerts), [], 'nobody has to protect the lab');
  rememberVms(home.state, 'hv1', [{ ...vm, id: '2', reachable: 'application', disks: [] }], start);
  assert.deepEqual(shown(status().alerts), [['vm-unprotected', 'DC01', false]]);
});

test('of two VMs with one name the success of one does not clear the failure of the other', async (context) => {
  const { home, job, status } = await shop(context);
  const twins = [failed('FS01'), { ...good('FS01'), vmId: 'another' }];
  for (const vms of [twins, twins.toReversed()]) {
    recordOutcome(home.state, job, outcome(job, vms), start);
    assert.deepEqual([status().level, shown(status().alerts)], ['critical', [['run-failed', 'FS01', false]]]);
  }
});

test('an alert about a VM that is gone from its host clears', async (context) => {
  const { home, book, input, status } = await shop(context);
  await book.create({ ...input, name: 'Other' });
  const facts = { state: 'running', generation: 2, configurationVersion: '9.0', guestOs: 'linux' } as const;
  const vm: VmFacts = { id: '2', name: 'NEW01', reachable: 'file-system', disks: [], ...facts };
  rememberVms(home.state, 'lab', [vm], start);
  assert.equal(status().alerts.length, 1);
  rememberVms(home.state, 'lab', [], start);
  assert.deepEqual(shown(status().alerts), [['vm-unprotected', 'NEW01', true]]);
});

test('a restore point that a verification found damaged is an alert until it is sound again or gone', async (context) => {
  const { home, status, pass } = await shop(context);
  const point = home.state.prepare(
    "INSERT OR REPLACE INTO restore_points (repository, id, vm, time, consistency, run, vm_id, evidence) VALUES ('r', ?, ?, ?, 'application', 'x', ?, ?)",
  );
  const evidence = (grade: string, at: number): string => JSON.stringify({ at, depth: 'sample', grade });
  point.run('p1', 'FS01', start - hourMs, 'v1', evidence('passed', start));
  point.run('p2', 'FS01', start, 'v1', null);
  point.run('p3', 'SQL01', start, 'v2', evidence('warning', start - 31 * 24 * hourMs));
  point.run('p4', 'NEW01', start, null, null);
  const calm = status();
  assert.deepEqual(calm.verification, [
    {
      vm: 'FS01',
      points: 2,
      damaged: 0,
      newest: start,
      verified: { point: 'p1', pointTime: start - hourMs, at: start, depth: 'sample', grade: 'passed' },
    },
    { vm: 'NEW01', points: 1, damaged: 0, newest: start, verified: null },
    {
      vm: 'SQL01',
      points: 1,
      damaged: 0,
      newest: start,
      verified: { point: 'p3', pointTime: start, at: start - 31 * 24 * hourMs, depth: 'sample', grade: 'warning' },
    },
  ]);
  assert.deepEqual([calm.level, calm.summary], ['ok', '1 jobs, 0 alerts, 0 warnings, 1 of 3 VMs verified in 30 days']);

  point.run('p1', 'FS01', start - hourMs, 'v1', evidence('failed', start + 1));
  const bad = status();
  assert.deepEqual([bad.level, shown(bad.alerts)], ['critical', [['point-damaged', 'FS01', false]]]);
  assert.deepEqual([bad.verification[0]?.damaged, bad.verification[0]?.verified?.grade], [1, 'failed']);
  assert.match(bad.alerts[0]!.text, /^Restore point p1 of FS01 .* hostkeep evidence p1$/);
  assert.match(bad.summary, /0 of 3 VMs verified/);
  seeAllAlerts(home.state, start);
  assert.equal(status().level, 'warning', 'seen, and still so: it does not want to be seen at every look');
  point.run('p1', 'FS01', start - hourMs, 'v1', evidence('passed', start + 2));
  assert.deepEqual([status().level, status().alerts], ['ok', []]);

  point.run('p2', 'FS01', start, 'v1', evidence('failed', start));
  assert.equal(status().alerts.length, 1);
  home.state.prepare("DELETE FROM restore_points WHERE id = 'p2'").run();
  assert.deepEqual(shown(status().alerts), [['point-damaged', 'FS01', true]], 'gone, and to be seen');
  seeAllAlerts(home.state, pass(1));
  assert.equal(status().level, 'ok');
});

test('a drill that failed is an alert until one of the same VM passes; an unclear one is a warning and takes nothing back', async (context) => {
  const { home, status, pass } = await shop(context);
  const vm = { repository: 'r', id: 'v1', name: 'FS01' };
  const drilled = (verdict: 'passed' | 'unclear' | 'failed', why = ''): void =>
    void recordDrill(home.state, { kind: 'drilled', vm, pointTime: start, verdict, why, run: 'run' }, pass(1));
  drilled('unclear', 'heartbeat none');
  assert.deepEqual([status().level, shown(status().alerts)], ['warning', [['drill-unclear', 'FS01', false]]]);
  drilled('failed', 'screen stop');
  assert.deepEqual(shown(status().alerts), [
    ['drill-failed', 'FS01', false],
    ['drill-unclear', 'FS01', true],
  ]);
  assert.equal(status().alerts[0]?.text, 'Drill of FS01 of 2026-03-02T12:00:00.000Z failed: screen stop');
  assert.equal(status().level, 'critical');
  seeAllAlerts(home.state, pass(1));
  drilled('unclear', 'heartbeat none');
  assert.equal(status().alerts.filter(({ clearedAt }) => clearedAt === null).length, 2, 'nobody can tell: the failure stands');
  drilled('passed');
  seeAllAlerts(home.state, pass(1));
  assert.deepEqual([status().level, status().alerts], ['ok', []]);
});

test('a drill that was missed, and one that could not begin, are alerts', async (context) => {
  const { home, status, pass } = await shop(context);
  const drill = insertDrill(
    home.state,
    'd1',
    {
      name: 'Sundays',
      host: 'lab',
      vms: [],
      repository: { path: '/nowhere', passphrase: { kind: 'keystore' } },
      folder: '/trial',
      switch: null,
      listen: null,
      waitSeconds: 60,
      keyFile: null,
      schedule: parseInput(scheduleSchema, { timeZone: 'UTC', recurrence: { kind: 'daily', times: ['13:00'] } }),
    },
    start,
  );
  pass(2);
  assert.equal(status().level, 'ok', '14:00: it may still start');
  pass(1);
  assert.deepEqual(shown(status().alerts), [['run-missed', 'Sundays', false]]);
  assert.match(status().alerts[0]!.text, /^Drill Sundays did not start at 2026-03-02T13:00/);
  const begun = (error: { code: string; message: string } | null): void =>
    void recordDrill(home.state, { kind: 'drill-begun', drill, error }, pass(0));
  begun({ code: 'repository/locked', message: 'The repository is in use.' });
  assert.deepEqual(shown(status().alerts), [
    ['drill-failed', 'Sundays', false],
    ['run-missed', 'Sundays', false],
  ]);
  begun(null);
  assert.deepEqual(shown(status().alerts), [
    ['drill-failed', 'Sundays', true],
    ['run-missed', 'Sundays', true],
  ]);
});
