import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode, HostkeepError } from '#contract';
import { restoreDisk } from '#engine/recovery';
import { checkRepository, compactRepository, forgetPoint, listPoints } from '#engine/repository';
import { memoryStorage } from '#engine/storage';
import { faultyStorage } from '../fakes/faulty-storage.ts';
import { newRepository, noise, quiet, sha256, temporaryFolder } from '../fixtures/environment.ts';
import { backUpImage } from '../fixtures/points.ts';

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
