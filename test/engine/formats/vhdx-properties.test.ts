import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasCode, HostkeepError } from '#contract';
import { readBytes } from '#engine/blocks';
import { createVhdx, editVhdx } from '#engine/formats/vhdx';
import { restoreDisk } from '#engine/recovery';
import { openDisk } from '../../../main/engine/formats/open-disk.ts';
import { quickRepository, noise, quiet, temporaryFolder } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';
import { forSeeds } from '../../fixtures/properties.ts';
import type { Numbers } from '../../fuzz/mutate.ts';

const mib = 1024 * 1024;

function anyShape(next: Numbers) {
  const logicalSectorSize = next(2) === 0 ? 512 : 4096;
  return {
    sizeBytes: (1 + next(3000)) * 4096 + (logicalSectorSize === 512 ? next(8) * 512 : 0),
    blockSize: mib << next(4),
    logicalSectorSize,
    physicalSectorSize: next(2) === 0 ? logicalSectorSize : 4096,
    diskId: randomUUID(),
    fixed: next(3) === 0,
  };
}

interface Written {
  readonly sizeBytes: number;
  readonly physicalSectorSize: number;
  readonly at: number;
  readonly bytes: Buffer;
}

/** A dynamic disk with blocks of 1 MiB, closed cleanly after one write. */
async function writtenVhdx(path: string, { sizeBytes, physicalSectorSize, at, bytes }: Written): Promise<void> {
  const shape = { sizeBytes, blockSize: mib, logicalSectorSize: 512, physicalSectorSize, diskId: randomUUID(), fixed: false };
  await createVhdx({ path, shape, guids: { sequenceNumber: 1n, fileWriteGuid: randomUUID(), dataWriteGuid: randomUUID() } });
  const editor = await editVhdx(path, randomUUID);
  await editor.write(at, bytes);
  await editor.close();
}

test('a disk of any shape, written in any order, reads as its model, and comes back from a repository the same', async (context) => {
  const folder = await temporaryFolder(context);
  const repository = await quickRepository();
  await forSeeds(12, async (next, seed) => {
    const shape = anyShape(next);
    const path = join(folder, `${seed}.vhdx`);
    await createVhdx({
      path,
      shape,
      guids: { sequenceNumber: 1n, fileWriteGuid: randomUUID(), dataWriteGuid: randomUUID() },
    });
    const model = Buffer.alloc(shape.sizeBytes);
    const editor = await editVhdx(path, randomUUID);
    const sectors = shape.sizeBytes / shape.logicalSectorSize;
    for (let write = next(12); write > 0; write -= 1) {
      const first = next(sectors);
      const bytes = noise(Math.min(sectors - first, 1 + next(700)) * shape.logicalSectorSize, seed * 100 + write);
      bytes.copy(model, first * shape.logicalSectorSize);
      await editor.write(first * shape.logicalSectorSize, bytes);
    }
    await editor.close();
    assert.ok((await contentOf(path)).equals(model), 'the disk');
    const { point } = await backUpImage(repository, { image: path });
    const back = join(folder, `${seed}-back.vhdx`);
    await restoreDisk(repository, point, 0, { to: back, format: 'vhdx', ...quiet });
    assert.ok((await contentOf(back)).equals(model), 'the restored disk');
    const [before, after] = [await openDisk({ format: 'vhdx', path }), await openDisk({ format: 'vhdx', path: back })];
    assert.deepEqual(after.image, before.image);
    assert.deepEqual(
      [after.sizeBytes, after.logicalSectorSize, after.physicalSectorSize],
      [before.sizeBytes, before.logicalSectorSize, before.physicalSectorSize],
    );
    await before.close();
    await after.close();
  });
});

test('a file that is cut short anywhere is refused by a code, or its whole blocks read as before', async (context) => {
  const folder = await temporaryFolder(context);
  const path = join(folder, 'whole.vhdx');
  await writtenVhdx(path, { sizeBytes: 8 * mib, physicalSectorSize: 512, at: 3 * mib, bytes: noise(2 * mib, 5) });
  const whole = await readFile(path);
  const model = await contentOf(path);
  const cut = join(folder, 'cut.vhdx');
  await forSeeds(40, async (next) => {
    await writeFile(cut, whole.subarray(0, next(whole.length)));
    try {
      const read = await contentOf(cut);
      assert.ok(read.equals(model));
    } catch (error) {
      assert.ok(error instanceof HostkeepError && error.code.startsWith('format/'), String(error));
    }
  });
});

test('either of the two headers and of the two region tables is enough; without both, and without what exists once, the disk is refused', async (context) => {
  const folder = await temporaryFolder(context);
  const path = join(folder, 'sound.vhdx');
  await writtenVhdx(path, { sizeBytes: 4 * mib, physicalSectorSize: 4096, at: mib - 5000, bytes: noise(10_240, 6) });
  const [sound, model] = [await readFile(path), await contentOf(path)];
  const damaged = join(folder, 'damaged.vhdx');
  /** The content with one byte changed at each of these places. */
  const without = async (...places: readonly number[]): Promise<Buffer> => {
    const bytes = Buffer.from(sound);
    for (const at of places) bytes[at]! ^= 0x10;
    await writeFile(damaged, bytes);
    return contentOf(damaged);
  };
  const kib = 1024;
  // In their fields, in their checksums, and where nothing stands that their checksums cover too.
  for (const [first, second] of [
    [64 * kib, 128 * kib],
    [192 * kib, 256 * kib],
  ] as const)
    for (const within of [4, 20, 4000]) {
      assert.ok((await without(first + within)).equals(model), `${first}, ${within}`);
      assert.ok((await without(second + within)).equals(model), `${second}, ${within}`);
      await assert.rejects(without(first + within, second + within), (error) => hasCode(error, 'format/vhdx-corrupt'));
    }
  for (const once of [0, 2 * mib]) await assert.rejects(without(once), (error) => hasCode(error, 'format/vhdx-corrupt'));
});

async function contentOf(path: string): Promise<Buffer> {
  const disk = await openDisk({ format: 'vhdx', path });
  try {
    return await readBytes(disk, 0, disk.sizeBytes);
  } finally {
    await disk.close();
  }
}
