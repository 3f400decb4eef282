/** What a guest reserved for a file and never wrote holds what was on the disk before: it reads as zeros. Each seed, with a file made so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bufferSource } from '#engine/blocks';
import { openFileSystem } from '#engine/formats/volumes';
import { nameOfId } from '../../../main/engine/formats/btrfs/inode.ts';
import { findEntry } from '../../../main/engine/formats/find-entry.ts';
import type { FileNode, FileSystem } from '../../../main/engine/formats/file-system.ts';
import { seedImage } from '../../fixtures/seed-image.ts';
import { sealBtrfs, sealExfat, sealXfs } from '../../fuzz/seals.ts';

const path = 'sizes/a name of 70000 bytes';

interface Opened {
  readonly image: Buffer;
  readonly system: FileSystem;
  readonly node: FileNode;
}

async function opened(image: Buffer): Promise<Opened> {
  const system = await openFileSystem(bufferSource(image));
  return { image, system, node: (await findEntry(system, path.split('/')))! };
}

async function contentOf({ system, node }: Opened, offset = 0): Promise<Buffer> {
  const bytes = Buffer.alloc(node.sizeBytes - offset);
  await system.read(node, offset, bytes);
  return bytes;
}

/** The change says how many bytes of the file were written. */
async function readsAsWritten(seed: string, change: (of: Opened) => number | Promise<number>): Promise<void> {
  const image = await seedImage(seed);
  const sound = await opened(image);
  const whole = await contentOf(sound);
  const written = await change(sound);
  const expected = Buffer.concat([whole.subarray(0, written), Buffer.alloc(whole.length - written)]);
  assert.ok(whole.length > 60_000 && !expected.equals(whole));
  const changed = await opened(image);
  assert.ok((await contentOf(changed)).equals(expected), seed);
  assert.ok((await contentOf(changed, 6000)).equals(expected.subarray(6000)), `${seed}, from within`);
  const onVolume = (await changed.system.ranges(changed.node)).filter(({ volumeOffset }) => volumeOffset !== null);
  assert.ok(
    onVolume.every(({ offset, length }) => offset + length <= Math.ceil(written / 4096) * 4096),
    'it lies nowhere that counts',
  );
}

test('exFAT: beyond the valid length of a file', () =>
  readsAsWritten('exfat', ({ image, node }) => {
    const set = image.subarray(node.id, node.id + (image[node.id + 1]! + 1) * 32);
    assert.equal(set.readBigUInt64LE(32 + 8), BigInt(node.sizeBytes));
    set.writeBigUInt64LE(5000n, 32 + 8);
    sealExfat(set);
    return 5000;
  }));

test('XFS: in extents that are marked unwritten', () =>
  readsAsWritten('xfs', async ({ image, node, system }) => {
    const at = (await system.recordOffset!(node))!;
    const inode = image.subarray(at, at + 512);
    const blocks = Number(inode.readBigUInt64BE(184) & 0x1f_ffffn);
    assert.ok(blocks * 4096 >= node.sizeBytes, 'one extent');
    inode[176]! |= 0x80;
    sealXfs(inode);
    return 0;
  }));

test('Btrfs: in extents that are only reserved', () =>
  readsAsWritten('btrfs', ({ image, node }) => {
    const id = Buffer.from(image.subarray(65_536 + 32, 65_536 + 48));
    let extents = 0;
    for (let start = 1024 * 1024; start < image.length; start += 4096) {
      const block = image.subarray(start, start + 4096);
      if (!id.equals(block.subarray(32, 48)) || block[100] !== 0) continue;
      const before = extents;
      for (let key = 101; key < 101 + block.readUInt32LE(96) * 25; key += 25) {
        const kind = 101 + block.readUInt32LE(key + 17) + 20;
        if (block[key + 8] !== 108 || block.readBigUInt64LE(key) !== BigInt(nameOfId(node.id).number) || block[kind] !== 1)
          continue;
        block[kind] = 2;
        extents += 1;
      }
      if (extents > before) sealBtrfs(block);
    }
    assert.ok(extents > 0);
    return 0;
  }));
