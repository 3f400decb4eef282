import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mock, test } from 'node:test';
import { folderStorage } from '#engine/storage';
import { openFiles } from '../../../main/engine/storage/open-files.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';

test('a file that could not be read once is opened anew, as it must be on a share that was away', async (context) => {
  const path = join(await temporaryFolder(context), 'pack');
  await writeFile(path, 'bytes');
  const files = openFiles();
  context.after(() => files.close());
  const numberOf = (): Promise<number> => files.use(path, async ({ fd }) => fd);
  const first = await numberOf();
  assert.equal(await numberOf(), first, 'it is kept while all is well');
  const away = Object.assign(new Error('stale'), { code: 'ESTALE' });
  let opened: unknown;
  await assert.rejects(
    files.use(path, async (file) => {
      opened = file;
      throw away;
    }),
    (error) => error === away,
  );
  await files.use(path, async (file) => assert.notEqual(file, opened));
});

test('a temporary file is old by the clock of the share, however wrong that of this computer is', async (context) => {
  const root = await temporaryFolder(context);
  const storage = folderStorage(root);
  context.after(() => storage.close());
  const writer = await storage.create('packs/ab/one.pack');
  await writer.append(Buffer.from('bytes'));
  const twoDays = 2 * 86_400_000;
  mock.timers.enable({ apis: ['Date'], now: Date.now() + twoDays });
  try {
    await storage.sweep(86_400_000);
  } finally {
    mock.timers.reset();
  }
  await writer.publish();
  assert.equal((await storage.list('packs')).length, 1);
});
