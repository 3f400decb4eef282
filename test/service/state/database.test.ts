import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { openState, stateName } from '../../../main/service/state/database.ts';
import { migrations } from '../../../main/service/state/migrations.ts';
import { findRun, listRuns } from '../../../main/service/state/runs.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';

/** A state as some version left it, with one of everything that the first one knew. */
async function stateOf(home: string, version: number): Promise<void> {
  await mkdir(home);
  const state = new DatabaseSync(join(home, stateName));
  for (const migration of migrations.slice(0, version)) state.exec(migration);
  state.exec(`PRAGMA user_version = ${version};
    INSERT INTO hosts (id, name, kind, added_at) VALUES ('h1', 'HV01', 'hyper-v', 5);
    INSERT INTO baselines (repository, vm_id, reference_point, point) VALUES ('repo', 'vm1', 'ref1', 'p1');
    INSERT INTO jobs (id, name, definition) VALUES ('j1', 'Nightly', '{}');
    INSERT INTO runs (id, kind, state, started_at, ended_at, pid, repository, vms, outcome)
      VALUES ('r1', 'backup', 'success', 7, 9, 1, '/repo', '["FS01"]', '{}');
    INSERT INTO run_steps VALUES ('r1', 1, 8, 'FS01', '{"step":"flush","state":"done","side":"guest"}');
    INSERT INTO restore_points (repository, id, vm, time, consistency, run) VALUES ('repo', 'p1', 'FS01', 8, 'application', 'r1');
    INSERT INTO settings VALUES ('language', '"de"');`);
  state.close();
}

const schemaOf = (state: DatabaseSync): readonly unknown[] =>
  state.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name").all();

test('a state of any earlier version is brought up to date, with all that it knew, and is then as a new one is', async (context) => {
  const folder = await temporaryFolder(context);
  const fresh = openState(join(folder, 'fresh'));
  const wanted = schemaOf(fresh);
  fresh.close();
  assert.ok(migrations.length > 1);
  for (let version = 1; version <= migrations.length; version += 1) {
    const home = join(folder, `${version}`);
    await stateOf(home, version);
    const state = openState(home);
    assert.deepEqual(schemaOf(state), wanted, `from version ${version}`);
    assert.deepEqual(state.prepare('PRAGMA foreign_key_check').all(), []);
    for (const table of ['hosts', 'baselines', 'jobs', 'runs', 'run_steps', 'restore_points', 'settings'])
      assert.equal(state.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.['rows'], 1, `${table} from version ${version}`);
    assert.deepEqual(
      listRuns(state, 10).map(({ id, kind, state, vms }) => [id, kind, state, vms]),
      [['r1', 'backup', 'success', ['FS01']]],
    );
    assert.deepEqual(
      findRun(state, 'r1').steps.map(({ step, vm }) => [step, vm]),
      [['flush', 'FS01']],
    );
    state.close();
    openState(home).close();
  }
});

test('a state of a newer version, and a file that is none, are refused by their codes and stay as they are', async (context) => {
  const folder = await temporaryFolder(context);
  const [newer, none] = [join(folder, 'newer'), join(folder, 'none')];
  await stateOf(newer, migrations.length);
  const state = new DatabaseSync(join(newer, stateName));
  state.exec(`PRAGMA user_version = ${migrations.length + 1}`);
  state.close();
  assert.throws(
    () => openState(newer),
    (error) => hasCode(error, 'state/newer'),
  );
  const after = new DatabaseSync(join(newer, stateName));
  assert.equal(after.prepare('PRAGMA user_version').get()?.['user_version'], migrations.length + 1);
  after.close();
  await mkdir(none);
  const text = 'no database at all, but long enough to be looked at. '.repeat(40);
  await writeFile(join(none, stateName), text);
  assert.throws(
    () => openState(none),
    (error) => hasCode(error, 'state/damaged'),
  );
  assert.equal(await readFile(join(none, stateName), 'utf8'), text);
});
