import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { HostkeepError, toErrorData, type Alert, type Job, type JobInput, type VmOutcome } from '#contract';
import type { VmFacts } from '#engine/ports';
import { jobBook, openHome, seeAllAlerts, statusReport, type JobOutcome } from '#service';
import { recordOutcome } from '../../../main/service/jobs/record.ts';
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

test('of two VMs with one name the success of one does not clear the failure of the other', async (context) => {
  const { home, job, status } = await shop(context);
  const twins = [failed('FS01'), { ...good('FS01'), vmId: 'another' }];
  for (const vms of [twins, twins.toReversed()]) {
    recordOutcome(home.state, job, outcome(job, vms), start);
    assert.deepEqual([status().level, shown(status().alerts)], ['critical', [['run-failed', 'FS01', false]]]);
  }
});
