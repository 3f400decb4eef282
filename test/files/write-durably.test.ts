import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeDurably } from '#files';
import { temporaryFolder } from '../fixtures/environment.ts';

test('a file is there as a whole, for its owner only, in place of the old one, and a part that a dead writer left is no obstacle', async (context) => {
  const folder = await temporaryFolder(context);
  const path = join(folder, 'state.json');
  await writeFile(`${path}.new`, 'half of an earlier wr');
  await writeDurably(path, 'first');
  await writeDurably(path, Buffer.from('second'));
  assert.equal(await readFile(path, 'utf8'), 'second');
  assert.deepEqual(await readdir(folder), ['state.json']);
  assert.equal((await stat(path)).mode & 0o777, process.platform === 'win32' ? 0o666 : 0o600);
});

test('what cannot be put in its place leaves what was there', async (context) => {
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, 'taken'));
  await writeFile(join(folder, 'taken', 'kept'), 'kept');
  await assert.rejects(writeDurably(join(folder, 'taken'), 'text'));
  assert.equal(await readFile(join(folder, 'taken', 'kept'), 'utf8'), 'kept');
});
