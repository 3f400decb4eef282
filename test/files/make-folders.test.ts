import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolders, makeFoldersSync } from '#files';
import { temporaryFolder } from '../fixtures/environment.ts';

test('a folder is made with those above it, and what was made first is told', async (context) => {
  const root = await temporaryFolder(context);
  assert.equal(await makeFolders(join(root, 'a', 'b', 'c')), join(root, 'a'));
  assert.equal(await makeFolders(join(root, 'a', 'b', 'd')), join(root, 'a', 'b', 'd'));
  assert.equal(await makeFolders(join(root, 'a', 'b')), undefined);
  if (process.platform !== 'win32') {
    await makeFolders(join(root, 'private', 'a'), 0o700);
    for (const made of ['private', join('private', 'a')]) assert.equal((await stat(join(root, made))).mode & 0o777, 0o700);
  }
  makeFoldersSync(join(root, 'a', 'e', 'f'));
  assert.equal(await makeFolders(join(root, 'a', 'e', 'f')), undefined);
  const several = Array.from({ length: 8 }, () => makeFolders(join(root, 'x', 'y', 'z')));
  assert.ok((await Promise.all(several)).some((first) => first !== undefined));
});

test('a file in the way is a failure', async (context) => {
  const root = await temporaryFolder(context);
  await writeFile(join(root, 'file'), '');
  await assert.rejects(makeFolders(join(root, 'file')), { code: 'EEXIST' });
  await assert.rejects(makeFolders(join(root, 'file', 'a')), { code: 'ENOTDIR' });
  assert.throws(() => makeFoldersSync(join(root, 'file')), { code: 'EEXIST' });
  assert.throws(() => makeFoldersSync(join(root, 'file', 'a')));
});

test('where nobody may make folders, as in /proc, the attempt ends', async (context) => {
  if (process.platform !== 'linux') return context.skip('needs /proc');
  await assert.rejects(makeFolders('/proc/hostkeep/a/b'), { code: 'ENOENT' });
  assert.throws(() => makeFoldersSync('/proc/hostkeep/a/b'), { code: 'ENOENT' });
});
