import assert from 'node:assert/strict';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { restoreDisk } from '#engine/recovery';
import { checkRepository, forgetPoint, openRepository, compactRepository, listPoints } from '#engine/repository';
import { folderStorage } from '#engine/storage';
import { clock, newRepository, noise, passphrase, quiet, random, sha256, temporaryFolder } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';

const mib = 1024 * 1024;
const everything = { readData: true, repairIndex: false, ...quiet };

test('any flipped byte in any file is found, and what it does not touch still restores', async (context) => {
  const folder = await temporaryFolder(context);
  const root = join(folder, 'repo');
  const repository = await newRepository(folderStorage(root));
  const [one, two] = [join(folder, 'one.raw'), join(folder, 'two.raw')];
  await writeFile(one, noise(2 * mib, 1));
  await writeFile(two, noise(2 * mib, 2));
  const first = await backUpImage(repository, { image: one });
  const second = await backUpImage(repository, { image: two });
  await repository.close();
  const files = (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  assert.ok(files.length >= 9, `${files.length} files`);
  for (const file of files) {
    const bytes = await readFile(file);
    for (const at of [0, Math.floor(bytes.length / 3), Math.floor(bytes.length / 2), bytes.length - 13, bytes.length - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 0x20;
      await writeFile(file, damaged);
      await expectDamage(root, { file, at });
    }
    await writeFile(file, bytes);
  }

  async function expectDamage(where: string, what: { file: string; at: number }): Promise<void> {
    const storage = folderStorage(where);
    try {
      const opened = await openRepository(storage, { secret: passphrase, random, clock });
      const report = await checkRepository(opened, everything);
      assert.ok(report.problems.length > 0, `${what.file} at ${what.at} was not noticed`);
      for (const { point, image } of [
        { point: first.point, image: one },
        { point: second.point, image: two },
      ]) {
        const touched = report.problems.some((problem) => problem.points.includes(point.id));
        if (what.file.includes('/points/')) continue;
        const target = join(folder, `back-${what.at}-${point.id}`);
        const restored = await restoreDisk(opened, point, 0, { to: target, format: 'raw', ...quiet }).then(
          async () => (await sha256(target)) === (await sha256(image)),
          () => false,
        );
        assert.ok(restored || touched, `${point.id} does not restore and is not named: ${what.file} at ${what.at}`);
        await import('node:fs/promises').then(({ rm }) => rm(target, { force: true }));
      }
    } catch (error) {
      assert.ok(hasCode(error, 'repository/config-damaged', 'repository/key-damaged'), String(error));
    } finally {
      await storage.close();
    }
  }
});

test('a wrong passphrase says so and nothing else; a recovery key opens', async (context) => {
  const storage = folderStorage(join(await temporaryFolder(context), 'repo'));
  const { initRepository } = await import('#engine/repository');
  const { recoveryKey } = await initRepository(storage, { passphrase, random, clock });
  await assert.rejects(openRepository(storage, { secret: 'something else', random, clock }), (error) =>
    hasCode(error, 'repository/wrong-passphrase'),
  );
  await openRepository(storage, { secret: recoveryKey.toLowerCase(), random, clock });
  const mistyped = recoveryKey.startsWith('0') ? `1${recoveryKey.slice(1)}` : `0${recoveryKey.slice(1)}`;
  await assert.rejects(openRepository(storage, { secret: mistyped, random, clock }), (error) =>
    hasCode(error, 'repository/recovery-key-mistyped'),
  );
});

test('the index can be rebuilt from the packs alone, and is not needed for reading', async (context) => {
  const folder = await temporaryFolder(context);
  const storage = folderStorage(join(folder, 'repo'));
  const repository = await newRepository(storage);
  const image = join(folder, 'disk.raw');
  await writeFile(image, noise(20 * mib, 9));
  const { point } = await backUpImage(repository, { image });
  for (const file of await storage.list('index')) await storage.remove(file.name);
  repository.refresh();
  await restoreDisk(repository, point, 0, { to: join(folder, 'one.raw'), format: 'raw', ...quiet });
  assert.equal(await sha256(join(folder, 'one.raw')), await sha256(image));
  const report = await checkRepository(repository, { ...everything, repairIndex: true });
  assert.deepEqual(report.problems, []);
  assert.equal((await storage.list('index')).length, 1);
});

test('forgetting and compacting frees the space and keeps what other points need', async (context) => {
  const folder = await temporaryFolder(context);
  const storage = folderStorage(join(folder, 'repo'));
  const repository = await newRepository(storage);
  const image = join(folder, 'disk.raw');
  await writeFile(image, Buffer.concat([noise(10 * mib, 1), noise(10 * mib, 2)]));
  const first = await backUpImage(repository, { image });
  await writeFile(image, Buffer.concat([noise(10 * mib, 1), noise(10 * mib, 3)]));
  const second = await backUpImage(repository, { image, parent: first.point });
  await forgetPoint(repository, first.point.id);
  const report = await compactRepository(repository, quiet);
  assert.ok(report.freedBytes > 9 * mib, `${report.freedBytes}`);
  assert.deepEqual((await checkRepository(repository, everything)).problems, []);
  await restoreDisk(repository, second.point, 0, { to: join(folder, 'back.raw'), format: 'raw', ...quiet });
  assert.equal(await sha256(join(folder, 'back.raw')), await sha256(image));
  assert.equal((await listPoints(repository)).points.length, 1);
});

test('many small runs leave few index segments, and everything is still found', async (context) => {
  const folder = await temporaryFolder(context);
  const storage = folderStorage(join(folder, 'repo'));
  const repository = await newRepository(storage);
  const image = join(folder, 'disk.raw');
  for (let run = 1; run <= 10; run += 1) {
    await writeFile(image, noise(mib, run));
    await backUpImage(repository, { image });
  }
  assert.ok((await storage.list('index')).length < 8);
  assert.deepEqual((await checkRepository(repository, everything)).problems, []);
  await storage.close();
});
