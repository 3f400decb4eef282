import assert from 'node:assert/strict';
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode, HostkeepError } from '#contract';
import {
  bufferSource,
  openOverlay,
  overlayFolder,
  readBytes,
  type OverlayDisk,
  type OverlayFiles,
  type RandomFile,
} from '#engine/blocks';
import { noise, temporaryFolder } from '../../../fixtures/environment.ts';

const block = 4096;
const bytesBelow = Buffer.alloc(64 * block, 'below ');
const identity = Buffer.alloc(32, 3);
const opened = (files: OverlayFiles, limitBytes = 2 ** 30, name = identity): Promise<OverlayDisk> =>
  openOverlay(bufferSource(bytesBelow), { files, identity: name, limitBytes });

test('a journal that was torn in its last record loses that record alone', async (context) => {
  const folder = await temporaryFolder(context);
  const disk = await opened(await overlayFolder(folder));
  const [first, second] = [noise(block, 1), noise(block, 2)];
  await disk.write(0, first);
  await disk.flush();
  await disk.write(block, second);
  await disk.close();
  const { size } = await stat(join(folder, 'journal'));
  await truncate(join(folder, 'journal'), size - 1);
  const again = await opened(await overlayFolder(folder));
  assert.ok((await readBytes(again, 0, block)).equals(first));
  assert.ok((await readBytes(again, block, block)).equals(bytesBelow.subarray(block, 2 * block)));
  await again.close();
});

test('a damaged header and an overlay of another disk are told apart, and nothing is written to them', async (context) => {
  const folder = await temporaryFolder(context);
  await (await opened(await overlayFolder(folder))).close();
  const journal = join(folder, 'journal');
  const before = await readFile(journal);
  await assert.rejects(opened(await overlayFolder(folder), 2 ** 30, Buffer.alloc(32, 4)), (error) =>
    hasCode(error, 'overlay/foreign'),
  );
  assert.ok((await readFile(journal)).equals(before));
  const damaged = Buffer.from(before);
  damaged[17]! ^= 1;
  await writeFile(journal, damaged);
  await assert.rejects(opened(await overlayFolder(folder)), (error) => hasCode(error, 'overlay/damaged'));
});

test('the limit holds over a restart, and space that was given back can be used again', async (context) => {
  const folder = await temporaryFolder(context);
  const limit = 4 * block;
  const disk = await opened(await overlayFolder(folder), limit);
  await disk.write(0, noise(3 * block, 1));
  await disk.close();
  const again = await opened(await overlayFolder(folder), limit);
  assert.equal(again.usedBytes(), 3 * block);
  await again.write(3 * block, noise(block, 2));
  await assert.rejects(again.write(4 * block, noise(block, 3)), (error) => hasCode(error, 'overlay/full'));
  await again.discard(0, 2 * block);
  await again.flush();
  await again.write(10 * block, noise(2 * block, 4));
  await again.close();
  assert.equal((await stat(join(folder, 'data'))).size, limit, 'the file did not grow over its limit');
  const last = await opened(await overlayFolder(folder), limit);
  assert.ok((await readBytes(last, 0, 2 * block)).equals(Buffer.alloc(2 * block)));
  assert.ok((await readBytes(last, 10 * block, 2 * block)).equals(noise(2 * block, 4)));
  assert.ok((await readBytes(last, 2 * block, block)).equals(noise(3 * block, 1).subarray(2 * block)));
  await last.close();
});

test('a read that began before a discard never sees what another block then put into the same place', async (context) => {
  const real = await overlayFolder(await temporaryFolder(context));
  const held = Promise.withResolvers<void>();
  const began = Promise.withResolvers<void>();
  let hold = false;
  const slow = (file: RandomFile): RandomFile => ({
    ...file,
    async read(position, target) {
      if (hold) {
        hold = false;
        began.resolve();
        await held.promise;
      }
      await file.read(position, target);
    },
  });
  const disk = await opened({ ...real, open: async (name) => (name === 'data' ? slow(await real.open(name)) : real.open(name)) });
  const old = noise(block, 1);
  await disk.write(0, old);
  await disk.flush();
  hold = true;
  const reading = readBytes(disk, 0, block);
  await began.promise;
  await disk.discard(0, block);
  await disk.flush();
  await disk.write(9 * block, noise(block, 2));
  held.resolve();
  const seen = await reading;
  assert.ok(seen.equals(old) || seen.equals(Buffer.alloc(block)), 'another block');
  assert.ok((await readBytes(disk, 9 * block, block)).equals(noise(block, 2)));
  await disk.close();
});

test('after a flush that failed nothing is promised any more, and opening it again gives what was flushed', async (context) => {
  const folder = await temporaryFolder(context);
  const real = await overlayFolder(folder);
  let broken = false;
  const breaking = (file: RandomFile): RandomFile => ({
    ...file,
    sync: async () => (broken ? Promise.reject(new HostkeepError('overlay/failed', { errno: 'EIO' })) : file.sync()),
  });
  const disk = await opened({ ...real, open: async (name) => breaking(await real.open(name)) });
  const kept = noise(block, 1);
  await disk.write(0, kept);
  await disk.flush();
  broken = true;
  await disk.write(block, noise(block, 2));
  const failed = (error: unknown): boolean => hasCode(error, 'overlay/failed');
  await assert.rejects(disk.flush(), failed);
  broken = false;
  await assert.rejects(disk.flush(), failed);
  await assert.rejects(disk.write(0, kept), failed);
  await disk.close();
  const again = await opened(await overlayFolder(folder));
  assert.ok((await readBytes(again, 0, block)).equals(kept));
  await again.close();
});
