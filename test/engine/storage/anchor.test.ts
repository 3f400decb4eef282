import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '#contract';
import { folderStorage, openStorage, type Storage } from '#engine/storage';
import { temporaryFolder } from '../../fixtures/environment.ts';

const config = 'one line that no other repository has\n';
const replaced = (error: unknown): boolean => hasCode(error, 'storage/replaced');

interface Place {
  readonly root: string;
  /** Where the folder lies while another one has its name. */
  readonly aside: string;
  readonly storage: Storage;
}

async function anchored(context: TestContext): Promise<Place> {
  const folder = await temporaryFolder(context);
  const root = join(folder, 'share');
  const storage = folderStorage(root);
  context.after(() => storage.close());
  await storage.write('config', Buffer.from(config));
  await storage.write('points/a', Buffer.from('point'));
  storage.anchor({ file: 'config', content: config });
  return { root, aside: join(folder, 'aside'), storage };
}

/** As a share that is unmounted leaves it. */
async function takeAway({ root, aside }: Place): Promise<void> {
  await rename(root, aside);
  await mkdir(root);
}

test('nothing is written into, listed in, or told to be missing from the folder that an unmounted share leaves', async (context) => {
  const place = await anchored(context);
  const { storage, root } = place;
  await takeAway(place);
  const acts: Readonly<Record<string, () => Promise<unknown>>> = {
    write: () => storage.write('points/b', Buffer.from('x')),
    replace: () => storage.replace('pins/b', Buffer.from('x')),
    create: () => storage.create('packs/ab/one.pack'),
    list: () => storage.list('points'),
    names: () => storage.names(''),
    stat: () => storage.stat('points/a'),
    read: () => storage.read('points/a', 0, 1),
    readAll: () => storage.readAll('points/a', 100),
    remove: () => storage.remove('points/a'),
    sweep: () => storage.sweep(0),
  };
  for (const [name, act] of Object.entries(acts)) await assert.rejects(act, replaced, name);
  assert.deepEqual(await readdir(root), []);
});

test('what was begun before the share went is not published where it was', async (context) => {
  const place = await anchored(context);
  const { storage, root } = place;
  const writer = await storage.create('packs/ab/one.pack');
  await writer.append(Buffer.from('bytes'));
  await takeAway(place);
  await assert.rejects(writer.publish(), replaced);
  assert.deepEqual(await readdir(root), []);
});

test('a temporary folder in the mount point gets no file either', async (context) => {
  const place = await anchored(context);
  await takeAway(place);
  await mkdir(join(place.root, 'tmp'));
  await assert.rejects(place.storage.write('points/b', Buffer.from('x')), replaced);
  assert.deepEqual(await readdir(join(place.root, 'tmp')), []);
});

test('a folder that is gone is not made anew', async (context) => {
  const place = await anchored(context);
  await rename(place.root, place.aside);
  await assert.rejects(place.storage.write('points/b', Buffer.from('x')), replaced);
  await assert.rejects(readdir(place.root), { code: 'ENOENT' });
});

test('a share that comes back is written to again, also as another device or folder', async (context) => {
  const place = await anchored(context);
  await takeAway(place);
  await assert.rejects(place.storage.write('points/b', Buffer.from('x')), replaced);
  await rm(place.root, { recursive: true });
  await cp(place.aside, place.root, { recursive: true });
  await place.storage.write('points/b', Buffer.from('x'));
  assert.deepEqual(await place.storage.names('points'), ['points/a', 'points/b']);
});

test('another repository in its place is left alone', async (context) => {
  const place = await anchored(context);
  await takeAway(place);
  for (const content of ['another', `${config}more`, config.slice(1)]) {
    const other = folderStorage(place.root);
    await other.replace('config', Buffer.from(content));
    await assert.rejects(place.storage.write('points/b', Buffer.from('x')), replaced);
    assert.deepEqual(await other.names(''), ['config']);
    await other.close();
  }
});

test('a thread that opens the storage later is held to the same place', async (context) => {
  const place = await anchored(context);
  const descriptor = structuredClone(place.storage.descriptor);
  assert.ok(descriptor);
  const first = openStorage(descriptor);
  await first.write('points/b', Buffer.from('x'));
  await first.close();
  await takeAway(place);
  const second = openStorage(descriptor);
  await assert.rejects(second.write('points/c', Buffer.from('x')), replaced);
  await second.close();
  assert.deepEqual(await readdir(place.root), []);
});

test('a mount that is taken away in the middle of a write leaves nothing in its mount point', async (context) => {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') return context.skip('needs root, to mount');
  const root = await temporaryFolder(context);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', root]);
  let mounted = true;
  context.after(() => {
    if (mounted) execFileSync('umount', ['-l', root]);
  });
  const storage = folderStorage(root);
  context.after(() => storage.close());
  await storage.write('config', Buffer.from(config));
  storage.anchor({ file: 'config', content: config });
  const writer = await storage.create('packs/ab/one.pack');
  await writer.append(Buffer.alloc(3 * 1024 * 1024, 1));
  execFileSync('umount', ['-l', root]);
  mounted = false;
  await assert.rejects(writer.publish(), replaced);
  await assert.rejects(storage.write('points/b', Buffer.from('x')), replaced);
  assert.deepEqual(await readdir(root), []);
});
