import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openHome, readNotifySettings, sendDigest, writeNotifySettings } from '#service';
import { temporaryFolder } from '../../fixtures/environment.ts';

/** On this computer's own wall clock, as the digest goes. */
const on = (day: number, hour: number, minute = 0): number => new Date(2026, 2, day, hour, minute).getTime();
const mib = 1024 * 1024;

test('the day is told once, after its time: what ran, what was verified, what was tried, what is open', async (context) => {
  const home = openHome(join(await temporaryFolder(context), 'home'));
  context.after(() => home.close());
  const { state } = home;
  const mail = { host: 'localhost', port: 25, security: 'none', user: null, from: 'a@b.c', to: ['d@e.f'] };
  writeNotifySettings(state, { ...readNotifySettings(state), mail, digestAt: '07:30' });
  const run = state.prepare(
    "INSERT INTO runs (id, kind, state, started_at, pid, repository, vms, outcome) VALUES (?, ?, ?, ?, 1, 'r', '[\"FS01\"]', ?)",
  );
  run.run('a', 'backup', 'success', on(2, 22), JSON.stringify({ newBytes: 5 * mib }));
  run.run('b', 'backup', 'failed', on(2, 23), null);
  run.run('c', 'drill', 'success', on(3, 3), null);
  run.run('d', 'drill', 'warning', on(3, 4), null);
  run.run('old', 'backup', 'failed', on(1, 22), null);
  const report = state.prepare("INSERT INTO verifications VALUES ('r', ?, 'p', 'FS01', null, 0, ?, 'sample', ?)");
  report.run('1', on(2, 23), 'passed');
  report.run('2', on(3, 1), 'warning');
  report.run('3', on(1, 1), 'failed');
  const point = state.prepare(
    "INSERT INTO restore_points (repository, id, vm, time, consistency, run, evidence) VALUES ('r', ?, ?, 0, 'application', 'x', ?)",
  );
  point.run('p', 'FS01', JSON.stringify({ at: on(3, 1), depth: 'sample', grade: 'warning' }));
  point.run('q', 'NEW01', null);

  assert.equal(await sendDigest(home, on(3, 7, 29)), false, 'not yet');
  assert.equal(await sendDigest(home, on(3, 7, 30)), true);
  assert.equal(await sendDigest(home, on(3, 23)), false, 'once a day');
  const bodies = (): string[] =>
    state
      .prepare('SELECT body FROM deliveries ORDER BY id')
      .all()
      .map((row) => String(row['body']));
  assert.equal(bodies().length, 1);
  const { text } = JSON.parse(bodies()[0]!) as { readonly text: string };
  assert.match(text, /^Runs of the last day: 1 succeeded, 0 with warnings, 1 failed; 5\.0 MiB stored\.$/m);
  assert.match(text, /^Restore points verified in the last day: 1 passed, 0 limited, 1 warning, 0 failed\.$/m);
  assert.match(text, /^Drills of the last day: 1 passed, 1 unclear, 0 failed\.$/m);
  assert.match(text, /^VMs of which no restore point was ever verified: 1 of 2\.$/m);
  assert.equal(await sendDigest(home, on(4, 8)), true, 'the next day again');
  assert.doesNotMatch(bodies()[1]!, /verified in the last day|Drills of the last day/, 'what did not happen is not told');
  writeNotifySettings(state, { ...readNotifySettings(state), digestAt: null });
  assert.equal(await sendDigest(home, on(5, 8)), false);
});

test('a digest that cannot be put out has not gone out', async (context) => {
  const home = openHome(join(await temporaryFolder(context), 'home'));
  context.after(() => home.close());
  const { state } = home;
  const mail = { host: 'localhost', port: 25, security: 'none', user: null, from: 'a@b.c', to: ['d@e.f'] };
  writeNotifySettings(state, { ...readNotifySettings(state), mail, digestAt: '07:30' });
  state.exec("CREATE TRIGGER full BEFORE INSERT ON deliveries BEGIN SELECT raise(ABORT, 'no space'); END");
  await assert.rejects(sendDigest(home, on(3, 8)), /no space/);
  state.exec('DROP TRIGGER full');
  assert.equal(await sendDigest(home, on(3, 8)), true);
});
