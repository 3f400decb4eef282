import assert from 'node:assert/strict';
import { test } from 'node:test';
import { folderStorage } from '#engine/storage';
import { temporaryFolder } from '../../fixtures/environment.ts';

test('a file that another process has replaced is read as it is now, also by who had read it before', async (context) => {
  const root = await temporaryFolder(context);
  const [one, other] = [folderStorage(root), folderStorage(root)];
  context.after(() => Promise.all([one.close(), other.close()]));
  await one.write('pins/a', Buffer.from('the first text'));
  assert.equal(String(await one.readAll('pins/a', 100)), 'the first text');
  await other.replace('pins/a', Buffer.from('another'));
  assert.equal(String(await one.readAll('pins/a', 100)), 'another');
});
