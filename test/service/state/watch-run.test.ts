import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { announceRun, openHome, watchRun } from '#service';
import { temporaryFolder } from '../../fixtures/environment.ts';

const run = { id: 'a1b2c3d4e5f6', kind: 'backup', startedAt: 1, repository: 'r', subjects: [] } as const;

test('progress is written on when the clock was set back, and a state that others keep for too long does not end the run', async (context) => {
  const folder = join(await temporaryFolder(context), 'home');
  const home = openHome(folder);
  context.after(() => home.close());
  announceRun(home.state, run, { command: ['backup'], lines: [] });
  let now = Date.UTC(2030, 0, 1);
  const watch = watchRun(home.state, run.id, () => now);
  context.after(() => watch.stop());
  const told = (): number =>
    (JSON.parse(String(home.state.prepare('SELECT progress FROM runs').get()!['progress'])) as { doneBytes: number }).doneBytes;
  watch.onProgress({ phase: 'FS01', doneBytes: 1, totalBytes: 9 });
  assert.equal(told(), 1);
  now += 100;
  watch.onProgress({ phase: 'FS01', doneBytes: 2, totalBytes: 9 });
  assert.equal(told(), 1, 'not more than a few times a second');
  now -= 3_600_000;
  watch.onProgress({ phase: 'FS01', doneBytes: 3, totalBytes: 9 });
  assert.equal(told(), 3);
  home.state.exec('PRAGMA busy_timeout = 10');
  const other = new DatabaseSync(join(folder, 'state.db'));
  context.after(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  now += 1000;
  watch.onProgress({ phase: 'FS01', doneBytes: 4, totalBytes: 9 });
  other.exec('COMMIT');
  assert.equal(told(), 3);
  now += 1000;
  watch.onProgress({ phase: 'FS01', doneBytes: 5, totalBytes: 9 });
  assert.equal(told(), 5);
});
