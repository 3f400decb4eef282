import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '#contract';
import {
  monthBefore,
  monthlyReport,
  openHome,
  readNotifySettings,
  reportHtml,
  sendMonthlyReport,
  writeNotifySettings,
} from '#service';
import { temporaryFolder } from '../../fixtures/environment.ts';

const zone = 'Europe/Vienna';
const at = (text: string): number => Date.parse(text);

/** A home with a month of a small shop. October ends an hour later than it began: the clock went back in between. */
async function shop(context: TestContext) {
  const home = openHome(join(await temporaryFolder(context), 'home'));
  context.after(() => home.close());
  const { state } = home;
  const vm = state.prepare('INSERT INTO vms (host, id, name, facts, seen_at, gone) VALUES (?, ?, ?, ?, 0, 0)');
  const facts = JSON.stringify({ guestOs: 'windows', reachable: 'application', state: 'running', sizeBytes: 1, disks: 1 });
  vm.run('HV1', 'v1', 'FS01', facts);
  vm.run('HV1', 'v2', '<b>Old & odd</b>', facts);
  const point = state.prepare(
    "INSERT INTO restore_points (repository, id, vm, time, consistency, run, vm_id) VALUES ('r', ?, ?, ?, 'application', 'x', ?)",
  );
  point.run('p0', 'FS01', at('2026-09-30T21:59:59Z'), 'v1');
  point.run('p1', 'FS01', at('2026-09-30T22:00:00Z'), 'v1');
  point.run('p2', 'FS01', at('2026-10-31T22:59:59Z'), 'v1');
  point.run('p3', 'FS01', at('2026-10-31T23:00:00Z'), 'v1');
  point.run('p4', 'GONE', at('2026-10-05T00:00:00Z'), 'v9');
  const run = state.prepare(
    "INSERT INTO runs (id, kind, state, started_at, pid, repository, vms, request) VALUES (?, ?, ?, ?, 1, 'r', ?, ?)",
  );
  run.run('a', 'backup', 'success', at('2026-10-01T00:00Z'), '["FS01"]', null);
  run.run('b', 'backup', 'failed', at('2026-10-02T00:00Z'), '["FS01"]', null);
  run.run('c', 'backup', 'success', at('2026-11-02T00:00Z'), '["FS01"]', null);
  run.run('d', 'check', 'success', at('2026-10-03T00:00Z'), '["D:"]', '{"command":["repo","check","--read-data"],"lines":[]}');
  state.exec(
    `INSERT INTO runs (id, kind, state, started_at, pid, repository, vms) VALUES ('j', 'check', 'failed', ${at('2026-10-04T00:00Z')}, 1, '', '["Nightly"]')`,
  );
  run.run('f', 'drill', 'success', at('2026-10-06T00:00Z'), '["FS01"]', null);
  run.run('g', 'drill', 'failed', at('2026-10-07T00:00Z'), '["FS01"]', null);
  const outcome = { report: { run: 'f', record: { startedAfterMs: 1500, heartbeatAfterMs: 10_000 } } };
  state.prepare("UPDATE runs SET outcome = ? WHERE id = 'f'").run(JSON.stringify(outcome));
  // Of a point that is there, of one that has gone since, and after the month.
  const report = state.prepare("INSERT INTO verifications VALUES ('r', ?, ?, ?, ?, ?, ?, 'sample', ?)");
  report.run('1', 'p1', 'FS01', 'v1', at('2026-09-30T22:00:00Z'), at('2026-10-10T00:00Z'), 'failed');
  report.run('2', 'px', 'FS01', 'v1', at('2026-10-11T00:00:00Z'), at('2026-10-12T00:00Z'), 'passed');
  report.run('3', 'p3', 'FS01', 'v1', at('2026-10-31T23:00:00Z'), at('2026-11-01T00:00Z'), 'limited');
  run.run('e', 'restore-files', 'success', at('2026-10-04T00:00Z'), '["FS01"]', null);
  state.prepare("INSERT INTO repositories (id, name, folder, added_at) VALUES ('r', 'NAS', '/nas', 0)").run();
  const space = state.prepare(
    "INSERT INTO repository_space (repository, at, points, logical_bytes, stored_bytes) VALUES ('r', ?, ?, ?, ?)",
  );
  space.run(at('2026-08-20T00:00Z'), 1, 10, 2 * 1024 ** 3);
  space.run(at('2026-09-20T00:00Z'), 2, 20, 3 * 1024 ** 3);
  space.run(at('2026-10-20T00:00Z'), 4, 40, 5 * 1024 ** 3);
  // Two that only the command line knows: one was written to in the month, one before it.
  for (const [id, when] of [
    ['command-line-only', '2026-10-02T00:00Z'],
    ['earlier', '2026-09-02T00:00Z'],
  ] as const)
    state.prepare('INSERT INTO repository_space VALUES (?, ?, 1, 10, 20)').run(id, at(when));
  return home;
}

test('the report counts what lies in the month of the shop\u2019s calendar, and names what nothing protects', async (context) => {
  const { state } = await shop(context);
  const report = monthlyReport(state, { month: '2026-10', timeZone: zone, now: at('2026-11-01T06:00Z') });
  const verified = { at: at('2026-10-12T00:00Z'), depth: 'sample', pointTime: at('2026-10-11T00:00:00Z') };
  assert.deepEqual(report.vms, [
    { name: '<b>Old & odd</b>', host: 'HV1', points: 0, last: null, verified: null },
    { name: 'FS01', host: 'HV1', points: 2, last: at('2026-10-31T22:59:59Z'), verified: { ...verified, grade: 'passed' } },
    { name: 'GONE', host: '', points: 1, last: at('2026-10-05T00:00:00Z'), verified: null },
  ]);
  assert.deepEqual(report.runs, { success: 1, warning: 0, failed: 1, cancelled: 0 });
  assert.deepEqual(
    report.checks.map(({ repository, readData }) => [repository, readData]),
    [['NAS', true]],
  );
  assert.deepEqual(report.verifications, { passed: 1, limited: 0, warning: 0, failed: 1 }, 'one lies after the month');
  assert.deepEqual(report.damaged, [{ at: at('2026-10-10T00:00Z'), vm: 'FS01', pointTime: at('2026-09-30T22:00:00Z') }]);
  assert.deepEqual(
    report.drills.map(({ vm, verdict, answeredAfterMs }) => [vm, verdict, answeredAfterMs]),
    [
      ['FS01', 'passed', 11_500],
      ['FS01', 'failed', null],
    ],
  );
  assert.equal(report.restores.length, 1);
  const [repository, ...others] = report.repositories;
  assert.deepEqual(
    others.map(({ name, points }) => [name, points]),
    [['command-line', 1]],
    'the beginning of its id',
  );
  assert.deepEqual(
    repository?.trend.map((one) => one.storedBytes / 1024 ** 3),
    [2, 3, 5],
  );
  assert.throws(
    () => monthlyReport(state, { month: '2026-13', timeZone: zone, now: 0 }),
    (error) => hasCode(error, 'input/invalid'),
  );
  assert.equal(monthBefore(at('2026-12-31T23:30Z'), zone), '2026-12');
  assert.equal(monthBefore(at('2027-01-01T12:00Z'), 'America/New_York'), '2026-12');
});

test('the page says it first when something is wrong, holds nothing active, and no name is markup', async (context) => {
  const { state } = await shop(context);
  const html = reportHtml(monthlyReport(state, { month: '2026-10', timeZone: zone, now: at('2026-11-01T06:00Z') }));
  assert.match(html, /<h1>Backups in October 2026<\/h1>/);
  assert.match(html, /Needs attention: 1 VM without any backup, damage found in 1 restore point, 1 trial start failed/);
  assert.match(html, /12 Oct 2026, 02:00: sound \(a sample; 11 Oct 2026, 02:00\)/);
  assert.match(html, /1 sound, 0 sound in what could be looked into, 0 readable with work left for the guest, 1 damaged/);
  assert.match(html, /11\.5 s<\/td><td>started/);
  assert.match(html, /5\.0 GiB for 4 restore points of [\d.]+ MiB in all, \+2\.0 GiB in the month/);
  assert.ok(html.includes('&lt;b&gt;Old &amp; odd&lt;/b&gt;') && !html.includes('<b>Old'));
  assert.doesNotMatch(html, /<script|https?:|src=|href=|on\w+=/i);
});

test('the page is German where its reader is, dates and numbers too', async (context) => {
  const { state } = await shop(context);
  const report = monthlyReport(state, { month: '2026-10', timeZone: zone, now: at('2026-11-01T06:00Z') });
  const html = reportHtml(report, 'de');
  assert.match(html, /<html lang="de">/);
  assert.match(html, /<h1>Sicherungen im Oktober 2026<\/h1>/);
  assert.match(html, /Bitte ansehen: 1 VM ganz ohne Sicherung, Schäden in 1 Wiederherstellungspunkt, 1 Probestart gescheitert/);
  assert.match(html, /11,5 s<\/td><td>gestartet/);
  assert.match(html, /5,0 GiB für 4 Wiederherstellungspunkte von zusammen 0,0 MiB, \+2,0 GiB in diesem Monat/);
  assert.match(html, /31\.10\.2026, 23:59/);
  assert.doesNotMatch(html, /restore point|Repository was|backed up|verified|sample|started/);
});

test('it is mailed once a month, after the time of the digest, where somebody wants it', async (context) => {
  const home = await shop(context);
  const noon = new Date(2026, 10, 1, 12).getTime();
  assert.equal(await sendMonthlyReport(home, noon), false, 'nobody asked for it');
  const mail = { host: 'localhost', port: 25, security: 'none', user: null, from: 'a@b.c', to: ['d@e.f'] };
  writeNotifySettings(home.state, { ...readNotifySettings(home.state), mail, monthlyReport: true, digestAt: '08:30' });
  assert.equal(await sendMonthlyReport(home, new Date(2026, 10, 1, 8).getTime()), false);
  assert.equal(await sendMonthlyReport(home, noon), true);
  assert.equal(await sendMonthlyReport(home, noon + 86_400_000), false);
  const [waiting, ...others] = home.state.prepare('SELECT body FROM deliveries').all();
  assert.equal(others.length, 0);
  const notice = JSON.parse(String(waiting!['body'])) as { subject: string; html: string };
  assert.equal(notice.subject, 'Hostkeep: backups in October 2026');
  assert.match(notice.html, /^<!doctype html>/);
});

test('what a repository held at the end of a short month is not what it held some days later', async (context) => {
  const home = openHome(join(await temporaryFolder(context), 'home'));
  context.after(() => home.close());
  home.state.prepare("INSERT INTO repositories (id, name, folder, added_at) VALUES ('r', 'NAS', '/nas', 0)").run();
  const space = home.state.prepare("INSERT INTO repository_space VALUES ('r', ?, 1, 1, ?)");
  space.run(at('2026-02-28T22:59:00Z'), 100);
  space.run(at('2026-03-02T00:00:00Z'), 900);
  const [nas] = monthlyReport(home.state, { month: '2026-03', timeZone: zone, now: at('2026-04-02T00:00Z') }).repositories;
  assert.deepEqual(
    nas?.trend.map(({ at: end, storedBytes }) => [new Date(end).toISOString(), storedBytes]),
    [
      ['2026-02-28T22:59:59.999Z', 100],
      ['2026-03-31T21:59:59.999Z', 900],
    ],
  );
});
