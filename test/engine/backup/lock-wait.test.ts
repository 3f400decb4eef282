import assert from 'node:assert/strict';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode, HostkeepError, type Progress } from '#contract';
import { runImageBackup } from '#engine/backup';
import type { Clock } from '#engine/ports';
import { acquireLock, listLocks, openRepository } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { findRun, openHome, systemClock } from '#service';
import { lockOfThisProcess, writeLock } from '../../../main/engine/repository/locks/lock-file.ts';
import { placeRepository } from '../../fixtures/empty-repository.ts';
import { clock as usualClock, noise, quiet, random, temporaryFolder } from '../../fixtures/environment.ts';

const since = Date.parse('2026-11-30T22:00:00Z');
const foreign = 'locks/0123456789abcdef';

/** A repository in which another computer left a lock an hour ago. */
async function bench(context: TestContext, clock: Clock) {
  const folder = await temporaryFolder(context);
  const root = join(folder, 'repo');
  const storage = folderStorage(root);
  const repository = await openRepository(storage, { secret: await placeRepository(storage), random, clock });
  const lock = { ...lockOfThisProcess('exclusive', 'compact', since), host: 'HV02', computer: 'c2', boot: 'b2', pid: 4711 };
  await storage.write(foreign, writeLock(lock));
  const hourAgo = Date.now() / 1000 - 3600;
  await utimes(join(root, foreign), hourAgo, hourAgo);
  const home = openHome(join(folder, 'home'));
  context.after(async () => {
    home.close();
    await repository.close();
  });
  const image = join(folder, 'disk.raw');
  await writeFile(image, noise(64 * 1024, 1));
  return { home, repository, of: { repository, journal: home.journal, run: 'aa01', vm: 'VM1', image, skipUnused: false } };
}

test('a run that waits for a lock says in its steps and its progress whose it is, since when, and what to do', async (context) => {
  const { home, repository, of } = await bench(context, { ...usualClock, sleep: async () => undefined });
  const progress: Progress[] = [];
  await runImageBackup({ ...of, ...quiet, onProgress: (now) => void progress.push(now) });
  const said = findRun(home.state, 'aa01').steps.filter(({ actor }) => actor === 'repository');
  assert.deepEqual(
    said.map(({ state }) => state),
    ['started', 'done'],
  );
  assert.match(
    said[0]!.detail!,
    /^HV02 \(compact, process 4711\) has had a lock here since 2026-11-30T22:00:00\.000Z; .*hostkeep repo unlock --all$/,
  );
  assert.match(progress[0]!.phase, /^waiting: HV02 \(compact, process 4711\)/);
  assert.deepEqual(await listLocks(repository.storage), []);
});

test('a run that is cancelled while it waits for a lock ends at once, as cancelled, and leaves that lock alone', async (context) => {
  const { home, repository, of } = await bench(context, systemClock);
  const cancel = new AbortController();
  const onProgress = (): void => cancel.abort(new HostkeepError('input/cancelled'));
  await assert.rejects(runImageBackup({ ...of, onProgress, signal: cancel.signal }), (error) =>
    hasCode(error, 'input/cancelled'),
  );
  assert.equal(findRun(home.state, 'aa01').run.state, 'cancelled');
  assert.deepEqual(
    (await listLocks(repository.storage)).map(({ file }) => file),
    [foreign],
  );
});

test('who waits at a page is told at once that an old lock is in the way', async (context) => {
  const { repository } = await bench(context, { ...usualClock, sleep: async () => undefined });
  const onLockWatched = (): void => assert.fail('nobody waits for minutes');
  await assert.rejects(
    acquireLock({ ...repository, watchesLocks: false, onLockWatched }, 'shared', 'undelete'),
    (error) =>
      hasCode(error, 'repository/locked') &&
      error.details['host'] === 'HV02' &&
      error.details['since'] === new Date(since).toISOString(),
  );
});
