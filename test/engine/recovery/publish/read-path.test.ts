import assert from 'node:assert/strict';
import { mkdir, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode, type RestorePoint } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { type Repository } from '#engine/repository';
import { readPath } from '../../../../main/engine/recovery/publish/read-path/index.ts';
import { folderRepository, noise, quickRepository, temporaryFolder } from '../../../fixtures/environment.ts';
import { backUpImage } from '../../../fixtures/points.ts';
import { forSeeds } from '../../../fixtures/properties.ts';

const mib = 1024 * 1024;

/** Data, holes, and data that is there twice, over several leaves and groups. */
function content(): Buffer {
  const data = noise(10 * mib, 21);
  const bytes = Buffer.alloc(24 * mib + 4096 * 3);
  data.copy(bytes, 0);
  data.copy(bytes, 13 * mib + 4096, 2 * mib, 5 * mib);
  bytes.fill('compressible ', 18 * mib, 22 * mib);
  noise(4096, 5).copy(bytes, bytes.length - 4096);
  return bytes;
}

async function backedUp(context: TestContext, repository: Repository, bytes: Buffer): Promise<RestorePoint> {
  const image = join(await temporaryFolder(context), 'disk.raw');
  await writeFile(image, bytes);
  return (await backUpImage(repository, { image })).point;
}

const unkept = { disks: [0], cacheBytes: 4 * mib, bootOrders: null, onFault: (error: unknown) => assert.fail(String(error)) };

async function opened(context: TestContext, of: Parameters<typeof readPath>[0]): Promise<BlockSource> {
  const path = readPath(of);
  context.after(() => path.close());
  return path.open(0);
}

test('whatever is read, in any order and at once, is what was backed up, with a cache that holds a part of it', async (context) => {
  const bytes = content();
  for (const repository of [await folderRepository(context), await quickRepository()]) {
    const point = await backedUp(context, repository, bytes);
    const disk = await opened(context, { ...unkept, repository, point });
    await forSeeds(12, async (next) => {
      const reads = Array.from({ length: 24 }, async () => {
        const offset = next(bytes.length);
        const length = 1 + next(Math.min(3 * mib, bytes.length - offset));
        const target = Buffer.alloc(length, 0xee);
        if (disk.readNow?.(offset, target) !== true) await disk.read(offset, target);
        assert.ok(target.equals(bytes.subarray(offset, offset + length)), `${length} bytes at ${offset}`);
      });
      await Promise.all(reads);
    });
    assert.ok((await readBytes(disk, 0, bytes.length)).equals(bytes));
  }
});

test('what was read is given at once the next time, and what follows reads in a row is there before it is asked for', async (context) => {
  const repository = await folderRepository(context);
  const bytes = content();
  const point = await backedUp(context, repository, bytes);
  const disk = await opened(context, { ...unkept, cacheBytes: 64 * mib, repository, point });
  const target = Buffer.alloc(65_536);
  assert.equal(disk.readNow?.(0, target), false);
  for (let offset = 0; offset < mib; offset += target.length) await disk.read(offset, target);
  assert.equal(disk.readNow?.(0, target), true);
  assert.ok(target.equals(bytes.subarray(0, target.length)));
  const ahead = mib + 262_144;
  while (!disk.readNow?.(ahead, target)) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(target.equals(bytes.subarray(ahead, ahead + target.length)));
});

test('a damaged pack fails the reads that need it, by its name, and no others', async (context) => {
  const repository = await folderRepository(context);
  const bytes = content();
  const point = await backedUp(context, repository, bytes);
  const folder = repository.storage.descriptor!.path;
  const packs = (await repository.storage.list('packs')).toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  const file = await open(join(folder, packs[0]!.name), 'r+');
  await file.write(Buffer.alloc(64, 1), 0, 64, 300_000);
  await file.close();
  const disk = await opened(context, { ...unkept, repository, point });
  let failed = 0;
  for (let offset = 0; offset < bytes.length; offset += 65_536) {
    const length = Math.min(65_536, bytes.length - offset);
    try {
      assert.ok((await readBytes(disk, offset, length)).equals(bytes.subarray(offset, offset + length)));
    } catch (error) {
      assert.ok(hasCode(error, 'repository/chunk-damaged'), String(error));
      failed += 1;
    }
  }
  assert.ok(failed > 0 && failed <= 10, `${failed} reads of 64 KiB failed`);
});

test('the order of a boot is learned, fetched ahead the next time, and kept for other points of the VM', async (context) => {
  const repository = await folderRepository(context);
  const bytes = content();
  const point = await backedUp(context, repository, bytes);
  const bootOrders = join(await temporaryFolder(context), 'orders');
  const of = { ...unkept, cacheBytes: 32 * mib, bootOrders, repository, point };
  const places = [9 * mib, 20 * mib, 14 * mib + 4096, 6 * mib];
  const first = readPath(of);
  const learning = await first.open(0);
  for (const offset of places) await readBytes(learning, offset, 4096);
  await first.close();
  const [name] = await readdir(bootOrders);
  const kept = JSON.parse(await readFile(join(bootOrders, name!), 'utf8')) as { offsets: number[] };
  assert.equal(kept.offsets.length, places.length);
  places.forEach((offset, at) => assert.ok(Math.abs(kept.offsets[at]! - offset) < 131_072, `${offset} as ${kept.offsets[at]}`));

  const second = await backedUp(context, repository, Buffer.from(bytes));
  const disk = await opened(context, { ...of, point: { ...second, vm: point.vm } });
  const target = Buffer.alloc(4096);
  for (const offset of places) {
    while (disk.readNow?.(offset, target) !== true) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(target.equals(bytes.subarray(offset, offset + 4096)));
  }
});

test('an order that is torn, foreign, too long or beyond the disk is no more than a hint that is not followed', async (context) => {
  const repository = await folderRepository(context);
  const bytes = content();
  const point = await backedUp(context, repository, bytes);
  const bootOrders = join(await temporaryFolder(context), 'orders');
  const of = { ...unkept, bootOrders, repository, point };
  const learn = async (): Promise<void> => {
    const path = readPath(of);
    assert.ok((await readBytes(await path.open(0), 0, 4096)).equals(bytes.subarray(0, 4096)));
    await path.close();
  };
  await mkdir(bootOrders);
  await learn();
  const [name] = await readdir(bootOrders);
  const file = join(bootOrders, name!);
  const head = { format: 'hostkeep-boot-order', version: 1 };
  for (const text of [
    '',
    '{"format":"hostkeep-bo',
    JSON.stringify({ ...head, version: 9, offsets: [] }),
    JSON.stringify({ ...head, offsets: Array.from({ length: 5000 }, (_, at) => at) }),
    JSON.stringify({ ...head, offsets: [-1, 2.5, 'x'] }),
    JSON.stringify({ ...head, offsets: [Number.MAX_SAFE_INTEGER, bytes.length, 0] }),
    'x'.repeat(5 * mib),
  ]) {
    await writeFile(file, text);
    await learn();
    assert.ok((await stat(file)).size < 1024, 'it was learned anew');
  }
});

test('an order is written down while it is learned, so that a publisher that is killed leaves nearly all of it', async (context) => {
  const repository = await folderRepository(context);
  const bytes = content();
  const point = await backedUp(context, repository, bytes);
  const bootOrders = join(await temporaryFolder(context), 'orders');
  const disk = await opened(context, { ...unkept, bootOrders, repository, point });
  for (let offset = 0; offset < 8 * mib; offset += 65_536) await readBytes(disk, offset, 4096);
  const kept = async (): Promise<number> => {
    const [name] = await readdir(bootOrders).catch(() => []);
    // Its name while it is written.
    if (name === undefined || name.endsWith('.new')) return 0;
    return (JSON.parse(await readFile(join(bootOrders, name), 'utf8')) as { offsets: unknown[] }).offsets.length;
  };
  // Nothing was closed. Of 32 groups the second 16 may still be on their way.
  while ((await kept()) < 16) await new Promise((resolve) => setImmediate(resolve));
});

test('an order that cannot be written down is told once, and reads go on', async (context) => {
  const repository = await folderRepository(context);
  const bytes = content();
  const point = await backedUp(context, repository, bytes);
  const folder = await temporaryFolder(context);
  const bootOrders = join(folder, 'orders');
  const faults: unknown[] = [];
  const path = readPath({ ...unkept, bootOrders, repository, point, onFault: (error) => void faults.push(error) });
  const disk = await path.open(0);
  // A file where the folder should be.
  await writeFile(bootOrders, '');
  assert.ok((await readBytes(disk, 0, bytes.length)).equals(bytes));
  await path.close();
  assert.equal(faults.length, 1);
});
