import assert from 'node:assert/strict';
import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BigView, FileHistoryView, FolderView, OverviewView, PointView, RunDetail, SearchView, VmView } from '#contract';
import { parseRemembered } from '#engine/repository';
import { openRepositoryAt } from '#service';
import { testConsole, type TestConsole } from './console-fixture.ts';

async function ended(console: TestConsole, run: string): Promise<RunDetail> {
  for (;;) {
    const detail = await console.ask<RunDetail>('runs.get', { run });
    if (detail.run.state !== 'running') return detail;
    await sleep(100);
  }
}

/** A run remembers its points for the console right after its end. */
async function pointsOf(console: TestConsole, wanted: object): Promise<readonly PointView[]> {
  for (;;) {
    const points = await console.ask<PointView[]>('points.list', wanted);
    if (points.length > 0) return points;
    await sleep(100);
  }
}

/** The run's process lists the files once its points are known. */
async function search(console: TestConsole, of: { readonly repository: string; readonly pattern: string }): Promise<SearchView> {
  for (;;) {
    const view = await console.ask<SearchView>('files.search', { ...of, vm: null, since: null, limit: 100 });
    if (view.unlisted.length === 0) return view;
    await sleep(100);
  }
}

const passphrase = 'correct horse battery';

/** What the console remembers beside a secret. */
async function slotKeyOf(folder: string, secret: string): Promise<string> {
  const repository = await openRepositoryAt(folder, async () => secret);
  await repository.close();
  return parseRemembered(repository.remembered).slotKey!.toString('hex');
}

test('the main job through the handler: lab, repository, backup, browse, restore, each run in its own process', async (context) => {
  const console = await testConsole(context);
  const { ask, call, folder } = console;
  const made = await ended(console, (await ask<{ run: string }>('lab.create')).run);
  assert.equal(made.run.state, 'success', made.run.error?.message);
  await ask('hosts.refresh', { host: 'lab' });
  assert.equal((await ask<VmView[]>('vms.list')).length, 3);

  const repo = join(folder, 'repo');
  const { repository, recoveryKey } = await ask<{ repository: string; recoveryKey: string }>('repositories.create', {
    name: 'NAS',
    folder: repo,
    passphrase,
  });
  await ask('repositories.confirmKey', { repository, key: recoveryKey });
  const mistyped = await call('repositories.confirmKey', {
    repository,
    key: `${recoveryKey.slice(0, -1)}${recoveryKey.endsWith('0') ? '1' : '0'}`,
  });
  assert.match(mistyped.code ?? '', /^repository\//);
  const wish = { host: 'lab', repository, vms: ['FS01', 'LNX01'], consistency: 'warn', truncateLogs: true };
  const first = await ended(console, (await ask<{ run: string }>('backups.start', wish)).run);
  assert.equal(first.run.state, 'success', first.run.error?.message);
  assert.ok(first.steps.some((step) => step.side === 'guest') && first.run.pid !== process.pid);
  assert.ok(first.run.command?.includes('FS01') && !JSON.stringify(first).includes(passphrase));

  const [point] = await pointsOf(console, { vm: 'FS01', repository, limit: 10 });
  const where = { repository, point: point!.id };
  const path = '/disk0/part2/Users/anna/Documents';
  const listed = await ask<FolderView>('files.list', { ...where, path, name: null });
  assert.ok(listed.entries.some((entry) => entry.name === 'budget.csv' && entry.sizeBytes > 0));
  const to = join(folder, 'back');
  const restored = await ended(
    console,
    (await ask<{ run: string }>('restore.files', { ...where, paths: [`${path}/budget.csv`], to, conflict: 'rename' })).run,
  );
  assert.equal(restored.run.state, 'success', restored.run.error?.message);
  const preview = await ask<{ text: string }>('files.preview', { ...where, path: `${path}/budget.csv` });
  const noObject = { ...where, path: `${path}/budget.csv` };
  assert.equal((await call('objects.show', noObject)).code, 'recovery/not-an-object');
  assert.equal((await call('objects.set', noObject)).code, 'recovery/not-an-object');
  assert.equal((await call('objects.keys', { ...noObject, key: '', limit: 10 })).code, 'recovery/not-an-object');
  const events = { ...noObject, since: null, ids: null, level: null, count: 10, xml: false };
  assert.equal((await call('objects.events', events)).code, 'recovery/not-an-object');
  assert.ok((await readFile(join(to, 'budget.csv'), 'utf8')).startsWith(preview.text.slice(0, 1000)));
  const found = await search(console, { repository, pattern: 'BUDGET.csv' });
  assert.ok(found.files.some((file) => file.path === `${path}/budget.csv` && file.versions[0]!.points[0]!.id === point!.id));
  const history = await ask<FileHistoryView>('files.history', { ...where, path: `${path}/budget.csv` });
  assert.equal(history.versions.length, 1);
  const big = await ask<BigView>('files.big', { ...where, limit: 5 });
  assert.ok(big.since === null && big.files.length > 0 && big.files.every((file) => file.path.startsWith('/disk0/part')));
  const again = await ended(console, (await ask<{ run: string }>('runs.retry', { run: restored.run.id })).run);
  assert.equal(again.run.state, 'success');
  const copies = (await readdir(to)).filter((name) => name.startsWith('budget'));
  assert.equal(copies.length, 2, 'nothing is overwritten');

  await ask('repositories.lock', { repository });
  assert.equal((await call('backups.start', wish)).code, 'repository/passphrase-needed');
  const closed = { repository, pattern: 'x', vm: null, since: null, limit: 1 };
  assert.equal((await call('files.search', closed)).code, 'repository/passphrase-needed');
  const wrong = await call('repositories.unlock', { repository, secret: 'not this one', remember: false });
  assert.equal(wrong.code, 'repository/wrong-passphrase');
  await ask('repositories.unlock', { repository, secret: recoveryKey, remember: false });

  await rename(repo, `${repo}-away`);
  const gone = await ended(console, (await ask<{ run: string }>('backups.start', wish)).run);
  assert.deepEqual([gone.run.state, gone.run.error?.code], ['failed', 'repository/not-found']);
  const overview = await ask<OverviewView>('overview');
  assert.ok(overview.attention.some((item) => item.kind === 'run-failed' && item.error?.code === 'repository/not-found'));
  assert.ok(overview.attention.some((item) => item.kind === 'unprotected' && item.subject === 'APP01'));
  await rename(`${repo}-away`, repo);

  const { run } = await ask<{ run: string }>('backups.start', { ...wish, vms: ['APP01', 'FS01', 'LNX01'] });
  await ask('runs.cancel', { run, series: false });
  const cancelled = await ended(console, run);
  assert.equal(cancelled.run.state, 'cancelled');
  assert.equal((await call('runs.cancel', { run, series: false })).code, 'run/ended');

  const state = await readFile(join(folder, 'home', 'state.db'));
  const logs = await Promise.all(
    (await readdir(join(folder, 'home', 'logs'))).map((name) => readFile(join(folder, 'home', 'logs', name))),
  );
  const secrets = [passphrase, recoveryKey, await slotKeyOf(repo, passphrase), await slotKeyOf(repo, recoveryKey)];
  for (const bytes of [state, ...logs]) assert.ok(!secrets.some((secret) => bytes.includes(secret)), 'no secret is written down');
});
