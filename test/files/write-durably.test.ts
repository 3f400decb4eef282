import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeDurably } from '#files';
import { temporaryFolder } from '../fixtures/environment.ts';

test('a file is there as a whole, for its owner only, in place of the old one, and a part that a dead writer left is no obstacle', async (context) => {
  const folder = await temporaryFolder(context);
  const path = join(folder, 'state.json');
  const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
  for (const left of [`${path}.new`, `${path}.0123456789abcdef.new`]) {
    await writeFile(left, 'half of an earlier wr');
    await utimes(left, old, old);
  }
  await writeDurably(path, 'first');
  await writeDurably(path, Buffer.from('second'));
  assert.equal(await readFile(path, 'utf8'), 'second');
  assert.deepEqual(await readdir(folder), ['state.json']);
  assert.equal((await stat(path)).mode & 0o777, process.platform === 'win32' ? 0o666 : 0o600);
});

test('what is swept are old parts of the file itself', async (context) => {
  const folder = await temporaryFolder(context);
  const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
  const others = ['state.json.bak', 'state.json.new.txt', 'other.json.new', 'state.json.0123456789abcdeg.new'];
  for (const name of others) {
    await writeFile(join(folder, name), name);
    await utimes(join(folder, name), old, old);
  }
  await writeFile(join(folder, 'state.json.fedcba9876543210.new'), 'another writer is at it');
  await writeDurably(join(folder, 'state.json'), 'whole');
  assert.deepEqual((await readdir(folder)).toSorted(), [...others, 'state.json', 'state.json.fedcba9876543210.new'].toSorted());
});

test('of many that write it at once each puts a whole one there', async (context) => {
  const folder = await temporaryFolder(context);
  const path = join(folder, 'state.json');
  const texts = Array.from({ length: 16 }, (_, index) => String.fromCharCode(97 + index).repeat(1 + index * 60_000));
  await Promise.all(texts.map((text) => writeDurably(path, text)));
  const last = await readFile(path, 'utf8');
  assert.ok(texts.includes(last), 'a half was published');
  assert.deepEqual(await readdir(folder), ['state.json']);
});

test('what cannot be put in its place leaves what was there, and nothing beside it', async (context) => {
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, 'taken'));
  await writeFile(join(folder, 'taken', 'kept'), 'kept');
  await assert.rejects(writeDurably(join(folder, 'taken'), 'text'));
  assert.equal(await readFile(join(folder, 'taken', 'kept'), 'utf8'), 'kept');
  assert.deepEqual(await readdir(folder), ['taken']);
});
