import assert from 'node:assert/strict';
import { readdir, readlink } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { hasCode } from '#contract';
import { folderStorage, memoryStorage, type Storage } from '#engine/storage';
import { temporaryFolder } from '../../fixtures/environment.ts';

/** The promises of a storage, asked of every implementation. */
const storages: Readonly<Record<string, (context: TestContext) => Promise<Storage>>> = {
  folder: async (context) => folderStorage(await temporaryFolder(context)),
  memory: async () => memoryStorage(),
};

for (const [name, make] of Object.entries(storages)) {
  test(`${name}: a file is there whole once it is published, and not before`, async (context) => {
    const storage = await make(context);
    const writer = await storage.create('packs/ab/one.pack');
    await writer.append(Buffer.from('one '));
    assert.deepEqual(await storage.list('packs'), []);
    await writer.append(Buffer.from('two'));
    await writer.publish();
    assert.equal((await storage.readAll('packs/ab/one.pack', 100)).toString(), 'one two');
    assert.equal((await storage.read('packs/ab/one.pack', 4, 3)).toString(), 'two');
    await storage.close();
  });

  test(`${name}: a name is given once, and what was discarded is nowhere`, async (context) => {
    const storage = await make(context);
    await storage.write('config', Buffer.from('first'));
    await assert.rejects(storage.write('config', Buffer.from('second')), (error) => hasCode(error, 'storage/exists'));
    const discarded = await storage.create('index/gone');
    await discarded.append(Buffer.from('x'));
    await discarded.discard();
    await assert.rejects(discarded.append(Buffer.from('y')), (error) => hasCode(error, 'storage/failed'));
    await storage.replace('config', Buffer.from('third'));
    assert.equal((await storage.readAll('config', 100)).toString(), 'third');
    assert.deepEqual(
      (await storage.list('')).map((file) => file.name),
      ['config'],
    );
    await storage.close();
  });

  test(`${name}: names are those of what is listed, in their order, at every depth`, async (context) => {
    const storage = await make(context);
    const names = ['config', 'index/b', 'packs/0f/1.pack', 'packs/a0/0.pack', 'packs/a0/2.pack', 'points/z'];
    for (const each of names.toReversed()) await storage.write(each, Buffer.from(each));
    const unfinished = await storage.create('packs/a0/1.pack');
    await unfinished.append(Buffer.from('x'));
    assert.deepEqual(await storage.names(''), names);
    assert.deepEqual(await storage.names('packs'), names.slice(2, 5));
    assert.deepEqual(await storage.names('nothing'), []);
    const listed = await storage.list('');
    assert.deepEqual(
      listed.map((file) => [file.name, file.sizeBytes]),
      names.map((each) => [each, each.length]),
    );
    await unfinished.discard();
    await storage.close();
  });

  test(`${name}: what is missing, short or misnamed is told by its code`, async (context) => {
    const storage = await make(context);
    await storage.write('points/a', Buffer.from('12345'));
    await assert.rejects(storage.read('points/b', 0, 1), (error) => hasCode(error, 'storage/not-found'));
    await assert.rejects(storage.stat('points/b'), (error) => hasCode(error, 'storage/not-found'));
    await assert.rejects(storage.read('points/a', 3, 3), (error) => hasCode(error, 'storage/short-read'));
    await assert.rejects(storage.readAll('points/a', 4), (error) => hasCode(error, 'storage/short-read'));
    for (const bad of ['../x', 'a/../b', '/x', 'A', 'a//b', 'a/b/c/d'])
      await assert.rejects(
        async () => storage.write(bad, Buffer.alloc(1)),
        (error) => hasCode(error, 'storage/name-invalid'),
      );
    await storage.remove('points/b');
    await storage.remove('points/a');
    assert.deepEqual(await storage.list('points'), []);
    await storage.close();
  });

  test(`${name}: of many that write the same name one wins`, async (context) => {
    const storage = await make(context);
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => storage.write('locks/same', Buffer.from(String(index)))),
    );
    assert.equal(tries.filter((result) => result.status === 'fulfilled').length, 1);
    await storage.close();
  });
}

/** Files of a folder that this process has open. */
async function openBelow(root: string): Promise<readonly string[]> {
  const ids = await readdir('/proc/self/fd');
  const paths = await Promise.all(ids.map((id) => readlink(`/proc/self/fd/${id}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(root));
}

test('folder: once it is closed nothing is open, neither what was read, nor what was being read or written, nor what is read later', async (context) => {
  if (process.platform !== 'linux') return context.skip('open files are told by /proc');
  const root = await temporaryFolder(context);
  const storage = folderStorage(root);
  const names = Array.from({ length: 100 }, (_, index) => `packs/${index % 10}/${index}.pack`);
  for (const name of names) await storage.write(name, Buffer.from(name));
  for (const name of names) await storage.read(name, 0, 1);
  const half = await storage.create('packs/ab/half.pack');
  await half.append(Buffer.alloc(3 * 1024 * 1024));
  const discarded = await storage.create('packs/ab/other.pack');
  await discarded.discard();
  assert.ok((await openBelow(root)).length > 10);
  const reading = Promise.all(names.map((name) => storage.read(name, 0, 1)));
  await storage.close();
  await reading;
  assert.equal(String(await storage.read(names[0]!, 0, 5)), 'packs');
  await assert.rejects(storage.read('packs/0/none', 0, 1), (error) => hasCode(error, 'storage/not-found'));
  assert.deepEqual(await openBelow(root), []);
  assert.deepEqual(await readdir(`${root}/tmp`), []);
  await assert.rejects(half.publish(), (error) => hasCode(error, 'storage/failed'));
});

test('memory: what does not fit is refused as a full disk is', async () => {
  const storage = memoryStorage({ capacityBytes: 10 });
  await assert.rejects(storage.write('a', Buffer.alloc(11)), (error) => hasCode(error, 'storage/full'));
});
