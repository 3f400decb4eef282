import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { restoreDisk } from '#engine/recovery';
import type { Storage } from '#engine/storage';
import { noise, quickRepository, quiet, temporaryFolder } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';

const bytes = 4 * 1024 * 1024;

test('what lies where a disk is written meanwhile is left alone, and so is what comes into its place before it is done', async (context) => {
  const folder = await temporaryFolder(context);
  const repository = await quickRepository();
  const image = join(folder, 'disk.raw');
  await writeFile(image, noise(bytes, 1));
  const { point } = await backUpImage(repository, { image });
  const [to, partial] = [join(folder, 'back.raw'), join(folder, 'back.raw.partial')];
  const restore = (from = repository): Promise<void> => restoreDisk(from, point, 0, { ...quiet, to, format: 'raw' });

  await writeFile(partial, 'what another restore has written so far');
  await assert.rejects(restore(), (error) => hasCode(error, 'input/target-exists') && error.details['path'] === partial);
  assert.equal(await readFile(partial, 'utf8'), 'what another restore has written so far');
  await rm(partial);

  let coming: Promise<void> | undefined;
  const { storage } = repository;
  const read: Storage['read'] = async (...asked) => {
    await (coming ??= writeFile(to, 'somebody else was quicker'));
    return storage.read(...asked);
  };
  await assert.rejects(
    restore({ ...repository, storage: { ...storage, read } }),
    (error) => hasCode(error, 'input/target-exists') && error.details['path'] === to,
  );
  assert.equal(await readFile(to, 'utf8'), 'somebody else was quicker');
  assert.deepEqual((await readdir(folder)).toSorted(), ['back.raw', 'disk.raw']);

  await rm(to);
  await restore();
  assert.ok((await readFile(to)).equals(noise(bytes, 1)));
});
