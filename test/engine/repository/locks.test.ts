import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode, HostkeepError } from '#contract';
import { restoreDisk } from '#engine/recovery';
import {
  acquireLock,
  compactRepository,
  findPoint,
  forgetPoint,
  listLocks,
  openRepository,
  removeLocks,
  type HeldLock,
  type LockKind,
} from '#engine/repository';
import { folderStorage, memoryStorage, type Storage } from '#engine/storage';
import { freeSpace, openRepositoryAt, systemClock } from '#service';
import { lockOfThisProcess, writeLock } from '../../../main/engine/repository/locks/lock-file.ts';
import { refreshEveryMs, watchedMs } from '../../../main/engine/repository/locks/stale.ts';
import {
  closedAfter,
  clock,
  newRepository,
  noise,
  passphrase,
  quiet,
  random,
  sha256,
  temporaryFolder,
} from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';
import { run } from '../../fixtures/tools.ts';

const mib = 1024 * 1024;
const program = new URL('./lock-program.ts', import.meta.url).pathname;

/** A process that holds a lock until it is killed. */
async function holder(context: TestContext, root: string, kind: LockKind): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, root, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

/** Running and starting: may both be? The table of docs/repository-format.md, "Locking matrix". */
const matrix: Readonly<Record<LockKind, Readonly<Record<LockKind, boolean>>>> = {
  shared: { shared: true, exclusive: false, reading: true },
  exclusive: { shared: false, exclusive: false, reading: true },
  reading: { shared: true, exclusive: false, reading: true },
};

for (const running of ['shared', 'exclusive', 'reading'] as const) {
  test(`the locking matrix holds between processes while one holds ${running}, and a killed holder hinders nobody`, async (context) => {
    const root = join(await temporaryFolder(context), 'repo');
    const { storage } = await newRepository(folderStorage(root));
    const place = { storage, random, clock: { ...clock, sleep: async () => undefined } };
    const child = await holder(context, root, running);
    for (const [starting, together] of Object.entries(matrix[running]) as [LockKind, boolean][]) {
      const taken = acquireLock(place, starting, 'test');
      if (together) await (await taken).release();
      else
        await assert.rejects(
          taken,
          (error) => hasCode(error, 'repository/locked') && error.details['pid'] === child.pid,
          starting,
        );
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await acquireLock(place, 'exclusive', 'test')).release();
    assert.deepEqual(await listLocks(storage), []);
    await storage.close();
  });
}

test('a reader goes on while a compact moves what it reads, from the first byte to the last', async (context) => {
  const folder = await temporaryFolder(context);
  const root = join(folder, 'repo');
  const repository = await newRepository(folderStorage(root));
  const image = join(folder, 'disk.raw');
  await writeFile(image, Buffer.concat([noise(20 * mib, 1), noise(20 * mib, 2)]));
  const first = await backUpImage(repository, { image });
  await writeFile(image, Buffer.concat([noise(20 * mib, 1), noise(20 * mib, 3)]));
  const second = await backUpImage(repository, { image, parent: first.point });
  // The reader has the old index in memory and some of the old places.
  const reader = await openRepository(folderStorage(root), { secret: passphrase, random, clock });
  await restoreDisk(reader, second.point, 0, { to: join(folder, 'before.raw'), format: 'raw', ...quiet });
  await forgetPoint(repository, first.point.id);
  const report = await compactRepository(repository, quiet);
  assert.ok(report.rewrittenPacks > 0, 'something has moved');
  await restoreDisk(reader, await findPoint(reader, second.point.id), 0, {
    to: join(folder, 'after.raw'),
    format: 'raw',
    ...quiet,
  });
  assert.equal(await sha256(join(folder, 'after.raw')), await sha256(image));
  await reader.close();
  await repository.close();
});

test('read-only media are read without a lock', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
  const folder = await temporaryFolder(context);
  const [root, mount] = [join(folder, 'repo'), join(folder, 'mount')];
  await (await newRepository(folderStorage(root))).close();
  await mkdir(mount);
  run('mount', '--bind', root, mount);
  try {
    run('mount', '-o', 'remount,bind,ro', mount);
    const opened = await openRepositoryAt(mount, async () => passphrase, { reading: 'ls' });
    assert.deepEqual(await opened.storage.list('locks'), []);
    await opened.close();
    await assert.rejects(
      acquireLock({ storage: closedAfter(context, folderStorage(mount)), random, clock }, 'shared', 'test'),
      (error) => hasCode(error, 'storage/denied'),
    );
  } finally {
    run('umount', mount);
  }
});

test('opening for reading leaves no lock behind, neither when it is closed nor when it fails', async (context) => {
  const root = join(await temporaryFolder(context), 'repo');
  await (await newRepository(folderStorage(root))).close();
  const locks = (): Promise<readonly string[]> => readdir(join(root, 'locks'));
  const opened = await openRepositoryAt(root, async () => passphrase, { reading: 'cat' });
  assert.equal((await locks()).length, 1);
  await opened.close();
  assert.deepEqual(await locks(), []);
  await assert.rejects(
    openRepositoryAt(root, async () => 'not this one', { reading: 'cat' }),
    (error) => hasCode(error, 'repository/wrong-passphrase'),
  );
  assert.deepEqual(await locks(), []);
});

test('a damaged lock stops who writes and not who reads, until it is removed', async () => {
  const storage = memoryStorage();
  await storage.write('locks/0123456789abcdef', Buffer.from('half a lo'));
  const place = { storage, random, clock: { ...clock, sleep: async () => undefined } };
  for (const kind of ['shared', 'exclusive'] as const)
    await assert.rejects(acquireLock(place, kind, 'test'), (error) => hasCode(error, 'repository/lock-damaged'));
  await (await acquireLock(place, 'reading', 'test')).release();
  assert.equal((await removeLocks(place, { all: true })).length, 1);
  await (await acquireLock(place, 'exclusive', 'test')).release();
});

test('a holder whose lock was taken away is told when it asks, and one that has it refreshes it', async () => {
  const storage = memoryStorage();
  let now = 1_000_000;
  const place = { storage, random, clock: { ...clock, now: () => now } };
  const lock = await acquireLock(place, 'shared', 'test');
  now += 60_000;
  await lock.confirm();
  assert.equal((await listLocks(storage))[0]!.lock!.refreshedAt, now);
  await removeLocks(place, { all: true });
  await assert.rejects(lock.confirm(), (error) => hasCode(error, 'repository/lock-lost'));
  assert.ok(lock.signal.aborted && hasCode(lock.signal.reason, 'repository/lock-lost'));
  assert.deepEqual(await storage.list('locks'), [], 'and it is not written again');
  await lock.release();
});

const hourMs = 60 * 60 * 1000;

/** A lock of another computer, whose clock may be wrong and whose refreshing shows in the storage's time, which this test sets. */
async function lockElsewhere(context: TestContext, kind: LockKind) {
  const root = join(await temporaryFolder(context), 'repo');
  const { storage } = await newRepository(folderStorage(root));
  context.after(() => storage.close());
  const file = 'locks/0123456789abcdef';
  const write = async (refreshedAt: number, storageTime: number): Promise<void> => {
    const lock = {
      ...lockOfThisProcess(kind, 'nightly', refreshedAt),
      host: 'elsewhere',
      computer: 'c2',
      boot: 'b2',
      refreshedAt,
    };
    await storage.replace(file, writeLock(lock));
    await utimes(join(root, file), storageTime / 1000, storageTime / 1000);
  };
  return { storage, file, write };
}

test('a lock that another computer refreshes is never taken, however wrong its clock, ours or the storage’s is', async (context) => {
  const { storage, write } = await lockElsewhere(context, 'shared');
  const now = Date.now();
  let watched = 0;
  const onLockWatched = (): void => void (watched += 1);
  for (const { theirs, storageTime, ours } of [
    { theirs: now - 9 * hourMs, storageTime: now, ours: now },
    { theirs: now, storageTime: now, ours: now + 9 * hourMs },
    { theirs: now, storageTime: now - 9 * hourMs, ours: now },
    { theirs: now, storageTime: now + 9 * hourMs, ours: now },
  ]) {
    await write(theirs, storageTime);
    let slept = 0;
    const sleep = async (milliseconds: number): Promise<void> => {
      slept += milliseconds;
      // Its holder refreshes it every two minutes of its own.
      if (slept >= refreshEveryMs) await write(theirs + slept, storageTime + slept);
    };
    const place = { storage, random, clock: { now: () => ours, sleep }, onLockWatched };
    await assert.rejects(acquireLock(place, 'exclusive', 'test'), (error) => hasCode(error, 'repository/locked'));
    assert.deepEqual(await removeLocks(place, { all: false }), []);
    assert.equal((await listLocks(storage)).length, 1);
  }
  assert.ok(watched > 0, 'where the storage’s time looked wrong it was watched first');
});

test('a lock that another computer has left is taken once it has been watched for two refreshes, whatever our clock says', async (context) => {
  const { storage, file, write } = await lockElsewhere(context, 'exclusive');
  for (const storageTime of [Date.now() - hourMs, Date.now() + hourMs]) {
    await write(Date.now() + 5 * hourMs, storageTime);
    let slept = 0;
    const sleep = async (milliseconds: number): Promise<void> => void (slept += milliseconds);
    const watched: string[] = [];
    const place = {
      storage,
      random,
      clock: { now: () => 0, sleep },
      onLockWatched: (held: HeldLock) => void watched.push(held.file),
    };
    await (await acquireLock(place, 'shared', 'test')).release();
    assert.deepEqual([watched, slept], [[file], watchedMs]);
    assert.deepEqual(await listLocks(storage), []);
  }
});

test('a lock that was refreshed lately is in the way at once, and a watch ends when it is cancelled and leaves no lock behind', async (context) => {
  const { storage, file, write } = await lockElsewhere(context, 'exclusive');
  await write(0, Date.now());
  const watched = (): void => assert.fail('nobody waits for minutes');
  const place = { storage, random, clock: { ...clock, sleep: async () => undefined }, onLockWatched: watched };
  await assert.rejects(acquireLock(place, 'shared', 'test'), (error) => hasCode(error, 'repository/locked'));
  await write(0, Date.now() - hourMs);
  const cancel = new AbortController();
  const cancelled = new HostkeepError('input/cancelled');
  const cancelling = { storage, random, clock: systemClock, signal: cancel.signal, onLockWatched: () => cancel.abort(cancelled) };
  await assert.rejects(acquireLock(cancelling, 'shared', 'test'), (error) => error === cancelled);
  assert.deepEqual(
    (await listLocks(storage)).map((held) => held.file),
    [file],
  );
});

test('a lock that its holder refreshes at the moment it is taken away is a lock', async (context) => {
  const { storage, write } = await lockElsewhere(context, 'shared');
  await write(0, Date.now() - hourMs);
  let back = false;
  const slow: Storage = {
    ...storage,
    async remove(name) {
      await storage.remove(name);
      if (!back && name === 'locks/0123456789abcdef') await write(1, Date.now());
      back = true;
    },
  };
  const place = { storage: slow, random, clock: { ...clock, sleep: async () => undefined } };
  await assert.rejects(acquireLock(place, 'exclusive', 'test'), (error) => hasCode(error, 'repository/locked'));
});

test('a lock that could not be looked after leaves no file that stands for it', async () => {
  const storage = memoryStorage();
  const away = new HostkeepError('storage/unreachable', {});
  const failing = { ...storage, list: () => Promise.reject(away) };
  await assert.rejects(acquireLock({ storage: failing, random, clock }, 'exclusive', 'test'), (error) => error === away);
  assert.deepEqual(await storage.list('locks'), []);
});

test('a compact whose lock was taken away removes nothing', async (context) => {
  const folder = await temporaryFolder(context);
  const storage = memoryStorage();
  const repository = await newRepository(storage, { reserve: false });
  const image = join(folder, 'disk.raw');
  await writeFile(image, noise(4 * mib, 1));
  const { point } = await backUpImage(repository, { image });
  await forgetPoint(repository, point.id);
  const before = (await storage.list('')).map(({ name }) => name);
  const robbed: Storage = {
    ...storage,
    async sweep(olderThanMs) {
      await removeLocks(repository, { all: true });
      return storage.sweep(olderThanMs);
    },
  };
  await assert.rejects(freeSpace({ ...repository, storage: robbed }, quiet), (error) => hasCode(error, 'repository/lock-lost'));
  assert.deepEqual(
    (await storage.list('')).map(({ name }) => name),
    before,
  );
});

test('a compact sweeps what is left over, and not the lock that another asks for meanwhile', async (context) => {
  const root = join(await temporaryFolder(context), 'repo');
  const repository = closedAfter(context, await newRepository(folderStorage(root)));
  const old = join(root, 'tmp', '1-left-by-a-crash');
  const anHourAgo = Date.now() / 1000 - 3600;
  await writeFile(old, 'half a pack');
  await utimes(old, anHourAgo, anHourAgo);
  const asking = await repository.storage.create('locks/another');
  await asking.append(Buffer.from('lock'));
  await compactRepository(repository, quiet);
  await asking.publish();
  assert.deepEqual(await readdir(join(root, 'tmp')), []);
});
