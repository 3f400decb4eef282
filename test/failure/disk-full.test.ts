import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, open, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode, HostkeepError } from '#contract';
import { restoreDisk } from '#engine/recovery';
import { checkRepository, compactRepository, forgetPoint, listPoints } from '#engine/repository';
import { memoryStorage } from '#engine/storage';
import { faultyStorage } from '../fakes/faulty-storage.ts';
import { cli } from '../fixtures/command-line.ts';
import { placeRepositoryAt } from '../fixtures/empty-repository.ts';
import { newRepository, noise, quiet, sha256, temporaryFolder } from '../fixtures/environment.ts';
import { backUpImage } from '../fixtures/points.ts';
import { run } from '../fixtures/tools.ts';

const mib = 1024 * 1024;
const everything = { readData: true, repairIndex: false, ...quiet };

test('a disk that is full at any point of a run is told as such, and earlier points stay', async (context) => {
  const folder = await temporaryFolder(context);
  const image = join(folder, 'disk.raw');
  const state = { count: 0, failAt: 0 };
  const storage = faultyStorage(memoryStorage(), (act, name) => {
    if (!act.startsWith('before') || act === 'before remove') return;
    state.count += 1;
    if (state.count === state.failAt) throw new HostkeepError('storage/full', { file: name });
  });
  const repository = await newRepository(storage);
  await writeFile(image, noise(9 * mib, 1));
  const first = await backUpImage(repository, { image });
  await writeFile(image, Buffer.concat([noise(5 * mib, 1), noise(4 * mib, 2)]));
  for (let failAt = 1; ; failAt += 1) {
    state.count = 0;
    state.failAt = failAt;
    const failed = await backUpImage(repository, { image, parent: first.point }).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failed === undefined) {
      assert.ok(failAt > 4, `only ${failAt} writes`);
      break;
    }
    assert.ok(hasCode(failed, 'storage/full'), String(failed));
    assert.deepEqual((await checkRepository(repository, everything)).problems, []);
    assert.equal((await listPoints(repository)).points.length, 1);
  }
});

test('forget and compact work on a full disk', async (context) => {
  const folder = await temporaryFolder(context);
  const image = join(folder, 'disk.raw');
  const storage = memoryStorage({ capacityBytes: 24 * mib });
  const repository = await newRepository(storage);
  await writeFile(image, noise(9 * mib, 1));
  const first = await backUpImage(repository, { image });
  await writeFile(image, noise(9 * mib, 2));
  const second = await backUpImage(repository, { image, parent: first.point });
  await writeFile(image, noise(9 * mib, 3));
  await assert.rejects(backUpImage(repository, { image, parent: second.point }), (error) => hasCode(error, 'storage/full'));
  await forgetPoint(repository, first.point.id);
  const report = await compactRepository(repository, quiet);
  assert.ok(report.freedBytes > 8 * mib, `${report.freedBytes}`);
  await writeFile(image, noise(9 * mib, 2));
  await restoreDisk(repository, second.point, 0, { to: join(folder, 'back.raw'), format: 'raw', ...quiet });
  assert.equal(await sha256(join(folder, 'back.raw')), await sha256(image));
  assert.deepEqual((await checkRepository(repository, everything)).problems, []);
});

test('a full disk is told through the commands, points stay readable, and forget and compact make room again', async (context) => {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return context.skip('needs root, to mount a small disk');
  const folder = await temporaryFolder(context);
  const disk = join(folder, 'small');
  await mkdir(disk);
  run('mount', '-t', 'tmpfs', '-o', 'size=34m', 'tmpfs', disk);
  try {
    const environment = {
      ...process.env,
      HOSTKEEP_HOME: join(folder, 'home'),
      HOSTKEEP_REPO: join(disk, 'repo'),
      HOSTKEEP_PASSWORD: await placeRepositoryAt(join(disk, 'repo')),
    };
    const hostkeep = (...parameters: readonly string[]) =>
      spawnSync(process.execPath, [cli, '--json', ...parameters], { env: environment, encoding: 'utf8' });
    const image = join(folder, 'disk.raw');
    const write = (seed: number): Promise<void> => writeFile(image, Buffer.concat([noise(2 * mib, 1), noise(10 * mib, seed)]));
    const backUp = async (seed: number) => {
      await write(seed);
      return hostkeep('backup', '--image', image, '--name', 'VM1');
    };
    assert.equal((await backUp(2)).status, 0);
    assert.equal((await backUp(3)).status, 0);
    const full = await backUp(4);
    assert.equal(full.status, 1);
    assert.equal((JSON.parse(full.stdout) as { error: { code: string } }).error.code, 'storage/full');
    // Not a byte is left, as when something else fills the disk.
    await assert.rejects(fill(join(disk, 'other')), { code: 'ENOSPC' });
    const points = JSON.parse(hostkeep('points').stdout) as { id: string }[];
    assert.equal(points.length, 2);
    const forgotten = hostkeep('forget', points[0]!.id, '--grace', '0');
    assert.equal(forgotten.status, 0, forgotten.stdout + forgotten.stderr);
    const compacted = hostkeep('compact');
    assert.equal(compacted.status, 0, compacted.stdout + compacted.stderr);
    assert.ok((JSON.parse(compacted.stdout) as { freedBytes: number }).freedBytes > 7 * mib, compacted.stdout);
    const checked = hostkeep('repo', 'check', '--read-data');
    assert.equal(checked.status, 0, checked.stdout);
    assert.equal(hostkeep('restore-disk', 'VM1@latest', '--format', 'raw', '--to', join(folder, 'back.raw')).status, 0);
    await write(3);
    assert.equal(await sha256(join(folder, 'back.raw')), await sha256(image));
  } finally {
    run('umount', disk);
  }
});

/** Writes until nothing fits any more. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (let bytes = mib; ; bytes = Math.max(1, Math.floor(bytes / 2))) await writeWhileItFits(file, bytes);
  } finally {
    await file.close();
  }
}

async function writeWhileItFits(file: FileHandle, bytes: number): Promise<void> {
  try {
    for (;;) await file.write(Buffer.alloc(bytes, 1));
  } catch (error) {
    if (bytes === 1) throw error;
  }
}
