import assert from 'node:assert/strict';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { bufferSource } from '#engine/blocks';
import { openFileSystem } from '#engine/formats/volumes';
import { noise, temporaryFolder } from '../../fixtures/environment.ts';
import { needs, run } from '../../fixtures/tools.ts';

const mib = 1024 * 1024;

test('FAT32 with fewer clusters than it should have is read: small EFI partitions are made so', async (context) => {
  if (!needs(context, { 'mkfs.fat': 'dosfstools', 'fsck.fat': 'dosfstools' })) return;
  const path = join(await temporaryFolder(context), 'efi.raw');
  await writeFile(path, '');
  await truncate(path, 40 * mib);
  run('mkfs.fat', '-F', '32', '-s', '4', path);
  const image = await readFile(path);
  const content = noise(2000, 1);
  placeFile(image, content);
  await writeFile(path, image);
  assert.match(run('fsck.fat', '-n', '-v', path), /1 files, 2\/\d+ clusters/);
  const system = await openFileSystem(bufferSource(image));
  const [file] = await system.list(await system.root());
  assert.deepEqual([system.kind, file?.name, file?.sizeBytes], ['fat32', 'BOOTX64.EFI', content.length]);
  const bytes = Buffer.alloc(content.length);
  await system.read(file!, 0, bytes);
  assert.ok(bytes.equals(content));
});

/** In the cluster after the root's, which is the first. */
function placeFile(image: Buffer, content: Buffer): void {
  const [sector, perCluster, reserved] = [image.readUInt16LE(11), image[13]!, image.readUInt16LE(14)];
  const fatBytes = image.readUInt32LE(36) * sector;
  const data = reserved * sector + 2 * fatBytes;
  for (const table of [0, 1]) image.writeUInt32LE(0x0fffffff, reserved * sector + table * fatBytes + 3 * 4);
  // One free cluster less.
  image.writeUInt32LE(image.readUInt32LE(sector + 488) - 1, sector + 488);
  const entry = image.subarray(data, data + 32);
  entry.write('BOOTX64 EFI', 0, 'latin1');
  entry[11] = 0x20;
  entry.writeUInt16LE(3, 26);
  entry.writeUInt32LE(content.length, 28);
  content.copy(image, data + perCluster * sector);
}
