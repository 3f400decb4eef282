import assert from 'node:assert/strict';
import { link, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '#contract';
import { folderStorage } from '#engine/storage';
import type { FileCalls } from '../../../main/engine/storage/file-calls.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';

const failing = (errno: string): Error => Object.assign(new Error(errno), { code: errno });

/** Calls as on a Windows share: each fails with the errors given for it, in turn, and then works. */
function share(faults: Partial<Record<'link' | 'rename' | 'unlink', string[]>>) {
  const pauses: number[] = [];
  const faulty =
    <Parameters extends readonly string[]>(name: 'link' | 'rename' | 'unlink', act: (...of: Parameters) => Promise<void>) =>
    async (...of: Parameters): Promise<void> => {
      const errno = faults[name]?.shift();
      if (errno !== undefined) throw failing(errno);
      await act(...of);
    };
  const calls: FileCalls = {
    windows: true,
    link: faulty('link', link),
    rename: faulty('rename', rename),
    unlink: faulty('unlink', unlink),
    sleep: async (milliseconds) => void pauses.push(milliseconds),
  };
  return { calls, pauses };
}

async function open(context: TestContext, faults: Parameters<typeof share>[0]) {
  const root = await temporaryFolder(context);
  const { calls, pauses } = share(faults);
  const storage = folderStorage(root, { calls });
  context.after(() => storage.close());
  return { root, pauses, storage };
}

test('a share without hard links gets its names by a rename, and a taken name is still refused', async (context) => {
  const { root, storage } = await open(context, { link: Array.from({ length: 3 }, () => 'EPERM') });
  await storage.write('config', Buffer.from('one'));
  await assert.rejects(storage.write('config', Buffer.from('two')), (error) => hasCode(error, 'storage/exists'));
  assert.equal((await storage.readAll('config', 100)).toString(), 'one');
  assert.deepEqual(await readdir(join(root, 'tmp')), [], 'what was refused is not left behind');
});

for (const errno of ['EBUSY', 'EPERM', 'EACCES'])
  test(`a file that a scanner holds for a moment (${errno}) is renamed and removed all the same`, async (context) => {
    const { pauses, storage } = await open(context, { rename: [errno, errno], unlink: [errno, errno, errno] });
    await storage.replace('locks/a', Buffer.from('one'));
    assert.deepEqual(pauses, [20, 100]);
    await storage.remove('locks/a');
    assert.deepEqual(await storage.list('locks'), []);
  });

test('a refusal that stays is told as such, after five tries', async (context) => {
  const { pauses, storage } = await open(context, { rename: Array.from({ length: 9 }, () => 'EACCES') });
  await assert.rejects(storage.replace('locks/a', Buffer.from('one')), (error) => hasCode(error, 'storage/denied'));
  assert.deepEqual(pauses, [20, 100, 400, 1000]);
  assert.deepEqual(await storage.list(''), []);
});

test('a share that is gone is unreachable, and is not asked again', async (context) => {
  const { pauses, storage } = await open(context, { link: ['ENOTCONN'], rename: ['EHOSTUNREACH'] });
  await assert.rejects(storage.write('config', Buffer.from('one')), (error) => hasCode(error, 'storage/unreachable'));
  assert.deepEqual(pauses, []);
});

test('the space that another needs between link and rename is a full disk', async (context) => {
  const { storage } = await open(context, { link: ['ENOSPC'] });
  await assert.rejects(storage.write('config', Buffer.from('one')), (error) => hasCode(error, 'storage/full'));
});

test('a file that has its name is there, though its temporary one cannot be removed for as long as anybody tries', async (context) => {
  const { root, storage } = await open(context, { unlink: Array.from({ length: 9 }, () => 'EACCES') });
  await storage.write('points/a', Buffer.from('one'));
  assert.equal((await storage.readAll('points/a', 100)).toString(), 'one');
  assert.equal((await readdir(join(root, 'tmp'))).length, 1, 'which a sweep removes');
});
