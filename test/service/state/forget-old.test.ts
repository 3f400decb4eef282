import assert from 'node:assert/strict';
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DatabaseSync } from 'node:sqlite';
import { openHome } from '#service';
import { removeOldLogs, turnLog } from '../../../main/service/old-logs.ts';
import { openState } from '../../../main/service/state/database.ts';
import { forgetOld, isTimeToForget } from '../../../main/service/state/forget-old.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2031, 0, 1);

function addRun(
  state: DatabaseSync,
  id: string,
  of: { readonly daysAgo: number; readonly result: string; readonly job?: string },
): void {
  const at = now - of.daysAgo * dayMs;
  state
    .prepare(
      "INSERT INTO runs (id, kind, state, started_at, ended_at, pid, repository, vms, job) VALUES (?, 'backup', ?, ?, ?, 1, 'r', '[]', ?)",
    )
    .run(id, of.result, at, of.result === 'running' ? null : at + 1, of.job ?? null);
  for (let ordinal = 1; ordinal <= 3; ordinal += 1)
    state.prepare("INSERT INTO run_steps (run, ordinal, at, report) VALUES (?, ?, ?, '{}')").run(id, ordinal, at);
}

/** So many that nothing older is among the newest that always stay. */
function fillWithNewer(state: DatabaseSync, count: number): void {
  state.exec('BEGIN');
  for (let at = 0; at < count; at += 1) addRun(state, `new${at}`, { daysAgo: 1, result: 'success' });
  state.exec('COMMIT');
}

const ids = (state: DatabaseSync, sql: string): readonly string[] =>
  state
    .prepare(sql)
    .all()
    .map((row) => String(row['id']))
    .filter((id) => !id.startsWith('new'))
    .toSorted();
const withSteps = 'SELECT DISTINCT run AS id FROM run_steps';

test('steps of old runs go, those of runs that went well sooner; runs go after years, but for the last success of a job', async (context) => {
  const state = openState(await temporaryFolder(context));
  context.after(() => state.close());
  addRun(state, 'fresh', { daysAgo: 80, result: 'success' });
  addRun(state, 'well', { daysAgo: 100, result: 'success' });
  addRun(state, 'badly', { daysAgo: 100, result: 'failed' });
  addRun(state, 'badly-old', { daysAgo: 500, result: 'failed' });
  addRun(state, 'hung', { daysAgo: 5000, result: 'running' });
  addRun(state, 'ancient', { daysAgo: 2000, result: 'success', job: 'j1' });
  addRun(state, 'ancient-last', { daysAgo: 1900, result: 'warning', job: 'j1' });
  addRun(state, 'ancient-failed', { daysAgo: 1800, result: 'failed', job: 'j1' });
  forgetOld(state, now);
  assert.equal(ids(state, 'SELECT id FROM runs').length, 8, 'the newest stay, whatever their age');
  assert.equal(ids(state, withSteps).length, 8);
  fillWithNewer(state, 5001);
  forgetOld(state, now);
  assert.deepEqual(ids(state, withSteps), ['badly', 'fresh', 'hung']);
  assert.deepEqual(ids(state, 'SELECT id FROM runs'), ['ancient-last', 'badly', 'badly-old', 'fresh', 'hung', 'well']);
});

test('a clock that jumps ten years ahead forgets nothing of the newest', async (context) => {
  const state = openState(await temporaryFolder(context));
  context.after(() => state.close());
  state.exec('BEGIN');
  for (let at = 0; at < 400; at += 1) addRun(state, `run${at}`, { daysAgo: at, result: 'success' });
  for (let at = 0; at < 400; at += 1)
    state.prepare("INSERT INTO activity (at, who, action, subject, result) VALUES (?, 'a', 'b', 'c', 'done')").run(now);
  state.exec('COMMIT');
  forgetOld(state, now + 3650 * dayMs);
  assert.equal(ids(state, withSteps).length, 400);
  assert.equal(Number(state.prepare('SELECT count(*) AS n FROM activity').get()!['n']), 400);
});

test('delivered notices and cleared alerts go, what waits and what is open stay, and the space is kept once a day', async (context) => {
  const state = openState(await temporaryFolder(context));
  context.after(() => state.close());
  const old = now - 1000 * dayMs;
  const deliver = state.prepare(
    "INSERT INTO deliveries (channel, target, body, created_at, next_at, delivered_at, error) VALUES (?, '', '{}', ?, 0, ?, ?)",
  );
  deliver.run('delivered', old, old, null);
  deliver.run('given-up', old, null, 'why');
  deliver.run('waits', old, null, null);
  deliver.run('new', now, now, null);
  const space = state.prepare(
    'INSERT INTO repository_space (repository, at, points, logical_bytes, stored_bytes) VALUES (?, ?, 1, 1, 1)',
  );
  for (const repository of ['r1', 'r2'])
    for (const hour of [1, 5, 23, 30]) space.run(repository, old - (old % dayMs) + hour * 3_600_000);
  space.run('r1', now - 1);
  space.run('r1', now);
  forgetOld(state, now);
  const channels = state.prepare('SELECT channel FROM deliveries ORDER BY id').all();
  assert.deepEqual(
    channels.map((row) => row['channel']),
    ['waits', 'new'],
  );
  const hours = state.prepare("SELECT at FROM repository_space WHERE repository = 'r1' ORDER BY at").all();
  assert.deepEqual(
    hours.map((row) => (Number(row['at']) > old + 10 * dayMs ? 'new' : (Number(row['at']) % dayMs) / 3_600_000)),
    [23, 6, 'new', 'new'],
  );
  assert.equal(state.prepare("SELECT count(*) AS n FROM repository_space WHERE repository = 'r2'").get()!['n'], 2);
});

test('it is done once a day, also by a clock that was set back, and by whoever opens the home', async (context) => {
  const home = await temporaryFolder(context);
  const opened = openHome(home);
  context.after(() => opened.close());
  const { state } = opened;
  assert.equal(isTimeToForget(state, Date.now()), false, 'opening it was the first one');
  assert.equal(isTimeToForget(state, Date.now() + 2 * dayMs), true);
  assert.equal(isTimeToForget(state, Date.now() + 2 * dayMs + 1000), false);
  assert.equal(isTimeToForget(state, Date.now()), true, 'the clock was two days ahead');
});

test('log files of old runs go, others stay, and a log without an end is turned', async (context) => {
  const home = await temporaryFolder(context);
  const logs = join(home, 'logs');
  removeOldLogs(home, now);
  await mkdir(logs);
  const old = new Date(now - 100 * dayMs);
  for (const name of ['run-a1.log', 'run-b2.log', 'scheduler.log', 'mine.txt']) {
    await writeFile(join(logs, name), name);
    await utimes(join(logs, name), old, old);
  }
  await utimes(join(logs, 'run-b2.log'), new Date(now), new Date(now));
  removeOldLogs(home, now);
  assert.deepEqual((await readdir(logs)).toSorted(), ['mine.txt', 'run-b2.log', 'scheduler.log']);
  const path = join(logs, 'scheduler.log');
  turnLog(path);
  assert.equal((await stat(path)).size, 'scheduler.log'.length);
  await writeFile(path, Buffer.alloc(9 * 1024 * 1024));
  turnLog(path);
  assert.deepEqual((await readdir(logs)).toSorted(), ['mine.txt', 'run-b2.log', 'scheduler.log.1']);
});
