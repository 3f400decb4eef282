import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { restoreDisk } from '#engine/recovery';
import { checkRepository, forgetPoint, openRepository, compactRepository, listPoints } from '#engine/repository';
import { folderStorage, memoryStorage } from '#engine/storage';
import { packTrailerBytes } from '../../../main/engine/repository/pack/layout.ts';
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
import { flipAndExpect, victim, withReserve } from '../../fixtures/damaged-repository.ts';
import { backUpImage } from '../../fixtures/points.ts';
import { numbers } from '../../fuzz/mutate.ts';

const mib = 1024 * 1024;
const everything = { readData: true, repairIndex: false, ...quiet };

test('any flipped byte in any file is found, the points it touches are named, and the others restore', async (context) => {
  const of = await victim(await temporaryFolder(context));
  const files = await of.storage.list('');
  const kinds = new Set(files.map(({ name }) => name.split('/')[0]));
  assert.deepEqual([...kinds], ['catalogs', 'config', 'drops', 'evidence', 'index', 'keys', 'locks', 'packs', 'pins', 'points']);
  const next = numbers(7);
  // A few places of each; `npm run test:failure` tries every byte.
  for (const { name, sizeBytes } of files) {
    // A damaged key file makes the other one be tried, which costs a derivation each.
    const more = name.startsWith('keys/') ? 2 : 20;
    const places = [0, 1, sizeBytes - 1, sizeBytes - 13, ...Array.from({ length: more }, () => next(sizeBytes))];
    for (const at of places) await flipAndExpect(of, name, at, next);
  }
  for (let flips = 0; flips < 10; flips += 1) await flipAndExpect(await withReserve(of), 'reserve', next(4 * mib), next);
});

test('a wrong passphrase says so and nothing else; a recovery key opens', async (context) => {
  const storage = closedAfter(context, folderStorage(join(await temporaryFolder(context), 'repo')));
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
  const storage = closedAfter(context, folderStorage(join(folder, 'repo')));
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
  const storage = closedAfter(context, folderStorage(join(folder, 'repo')));
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
  const storage = closedAfter(context, folderStorage(join(folder, 'repo')));
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

test('a repair of the index forgets nothing that only the old one knows: where the chunks of a pack lie whose directory is damaged', async (context) => {
  const folder = await temporaryFolder(context);
  const storage = memoryStorage();
  const repository = await newRepository(storage, { reserve: false });
  const image = join(folder, 'disk.raw');
  await writeFile(image, noise(4 * mib, 9));
  const { point } = await backUpImage(repository, { image });
  for (const { name, sizeBytes } of await storage.list('packs')) {
    const bytes = await storage.readAll(name, sizeBytes);
    bytes[sizeBytes - packTrailerBytes - 20]! ^= 1;
    await storage.replace(name, bytes);
  }
  const restore = async (to: string): Promise<void> => {
    repository.refresh();
    await restoreDisk(repository, point, 0, { to: join(folder, to), format: 'raw', ...quiet });
    assert.equal(await sha256(join(folder, to)), await sha256(image));
  };
  await restore('before.raw');
  const { problems } = await checkRepository(repository, { ...everything, repairIndex: true });
  assert.ok(problems.some(({ code, points }) => code === 'repository/pack-damaged' && points.includes(point.id)));
  await restore('after.raw');
});
