import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openFileSystem } from '../../../../main/engine/formats/volumes/index.ts';
import { openDisk } from '../../../../main/engine/formats/open-disk.ts';
import { noise, temporaryFolder } from '../../../fixtures/environment.ts';
import { needs, run } from '../../../fixtures/tools.ts';

const kib = 1024;

test('blocks that are reserved for a file and were never written read as zeros, whatever lies in them', async (context) => {
  if (!needs(context, { mke2fs: 'e2fsprogs', debugfs: 'e2fsprogs' })) return;
  const folder = await temporaryFolder(context);
  const [image, file] = [join(folder, 'volume.raw'), join(folder, 'file')];
  // What was on the disk before is still in the blocks that the file gets.
  await writeFile(image, noise(16 * kib * kib, 1));
  const written = noise(8 * kib, 2);
  await writeFile(file, written);
  run('sh', '-c', `PATH="$PATH:/sbin"; mke2fs -q -F -t ext4 -b 4096 -E nodiscard ${image}`);
  const acts = [`write ${file} reserved`, 'fallocate /reserved 2 9', 'set_inode_field /reserved size 40960'];
  for (const act of acts) run('sh', '-c', `PATH="$PATH:/sbin"; debugfs -w -R '${act}' ${image}`);
  assert.match(run('sh', '-c', `PATH="$PATH:/sbin"; debugfs -R 'ex /reserved' ${image}`), /Uninit/);
  const disk = await openDisk({ format: 'raw', path: image });
  context.after(() => disk.close());
  const system = await openFileSystem(disk);
  const node = (await system.child(await system.root(), 'reserved'))!;
  assert.equal(node.sizeBytes, 40 * kib);
  const bytes = Buffer.alloc(40 * kib);
  await system.read(node, 0, bytes);
  assert.ok(bytes.equals(Buffer.concat([written, Buffer.alloc(32 * kib)])));
});
