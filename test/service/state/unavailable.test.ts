import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { hasCode, type ErrorCode } from '#contract';
import { openHome } from '#service';
import { closeDeadRuns } from '../../../main/service/state/runs.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';

test('what a run cannot write down because others keep the state is told by its code', async (context) => {
  const folder = join(await temporaryFolder(context), 'home');
  const home = openHome(folder);
  context.after(() => home.close());
  home.state.exec('PRAGMA busy_timeout = 10');
  const other = new DatabaseSync(join(folder, 'state.db'));
  context.after(() => other.close());
  const run = { id: 'a1b2c3d4e5f6', kind: 'backup', startedAt: 1, pid: process.pid, repository: 'r', vms: [] } as const;
  other.exec('BEGIN IMMEDIATE');
  assert.throws(
    () => home.journal.begin(run),
    (error) => hasCode(error, 'state/unavailable'),
  );
  other.exec('COMMIT');
  home.journal.begin(run);
  assert.equal(home.journal.isAlive(run.id), true);
});

test('a run that ends itself while dead ones are looked for keeps its result', async (context) => {
  const home = openHome(join(await temporaryFolder(context), 'home'));
  context.after(() => home.close());
  const { state } = home;
  home.journal.begin({ id: 'a1b2c3d4e5f6', kind: 'backup', startedAt: 1, pid: 2 ** 22 + 1, repository: 'r', vms: [] });
  const prepare = state.prepare.bind(state);
  state.prepare = (sql: string) => {
    // It wrote its result down and ended after the list was made.
    if (sql.startsWith("UPDATE runs SET state = 'failed'")) prepare("UPDATE runs SET state = 'success', ended_at = 2").run();
    return prepare(sql);
  };
  closeDeadRuns(state, 3);
  assert.equal(prepare('SELECT state FROM runs').get()!['state'], 'success');
});

test('a state database that cannot be opened is told from one that is damaged, which alone is to be moved aside', async (context) => {
  const folder = await temporaryFolder(context);
  const code = (wanted: ErrorCode) => (error: unknown) => hasCode(error, wanted) || assert.fail(String(error));
  await writeFile(join(folder, 'file'), '');
  assert.throws(() => openHome(join(folder, 'file', 'home')), code('state/unavailable'), 'the folder cannot be made');
  await mkdir(join(folder, 'home', 'state.db'), { recursive: true });
  assert.throws(() => openHome(join(folder, 'home')), code('state/unavailable'), 'something else has the name');
  await mkdir(join(folder, 'damaged'));
  await writeFile(join(folder, 'damaged', 'state.db'), 'this is no database, however long one looks at it'.repeat(100));
  assert.throws(() => openHome(join(folder, 'damaged')), code('state/damaged'));
});
