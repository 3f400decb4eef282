import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openGuest } from '#engine/recovery';
import { compactRepository, forgetPoint, openRepository, type Repository } from '#engine/repository';
import { folderStorage, type Storage } from '#engine/storage';
import { verifyPoint } from '#engine/verify';
import {
  closedAfter,
  clock,
  newRepository,
  noise,
  passphrase,
  quiet,
  random,
  temporaryFolder,
} from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';

const mib = 1024 * 1024;

/** A repository whose compact moves what the second of two points needs. */
async function movable(context: TestContext) {
  const folder = await temporaryFolder(context);
  const root = join(folder, 'repo');
  const writer = await newRepository(folderStorage(root));
  context.after(() => writer.close());
  const image = join(folder, 'disk.raw');
  await writeFile(image, Buffer.concat([noise(20 * mib, 1), noise(20 * mib, 2)]));
  const first = await backUpImage(writer, { image });
  await writeFile(image, Buffer.concat([noise(20 * mib, 1), noise(20 * mib, 3)]));
  const { point } = await backUpImage(writer, { image, parent: first.point });
  await forgetPoint(writer, first.point.id);
  const reading = async (storage: Storage): Promise<Repository> => {
    const reader = await openRepository(storage, { secret: passphrase, random, clock });
    context.after(() => reader.close());
    return reader;
  };
  return { root, writer, point, reading };
}

test('a compact that moves packs while a point is verified makes no sound point a damaged one', async (context) => {
  const { root, writer, point, reading } = await movable(context);
  const plain = closedAfter(context, folderStorage(root));
  let moved = 0;
  // Between the look at the packs and the first piece that is looked for.
  const storage: Storage = {
    ...plain,
    async list(folder) {
      const listed = await plain.list(folder);
      if (folder === 'packs' && moved === 0) moved = (await compactRepository(writer, quiet)).rewrittenPacks;
      return listed;
    },
  };
  const repository = await reading(storage);
  await repository.reading();
  for (const depth of ['sample', 'all'] as const) {
    const subject = { repository, point, volumes: openGuest(repository, point) };
    const { checks } = await verifyPoint(subject, { depth, by: 'test', ...quiet });
    assert.deepEqual(
      checks.filter(({ check }) => check === 'stored-data').map(({ verdict }) => verdict),
      ['passed'],
      JSON.stringify(checks),
    );
  }
  assert.ok(moved > 0, 'something has moved');
});

test('a pack that is gone for good is damage', async (context) => {
  const { root, point, reading } = await movable(context);
  const storage = closedAfter(context, folderStorage(root));
  const repository = await reading(storage);
  const [largest] = (await storage.list('packs')).toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  await storage.remove(largest!.name);
  const subject = { repository, point, volumes: openGuest(repository, point) };
  const { checks, grade } = await verifyPoint(subject, { depth: 'sample', by: 'test', ...quiet });
  assert.equal(grade, 'failed');
  assert.equal(checks.find(({ check }) => check === 'stored-data')?.verdict, 'failed');
});
