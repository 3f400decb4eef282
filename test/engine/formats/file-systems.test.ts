import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, readdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ByteRange } from '#contract';
import { openFileSystem, listPartitions, openPartition } from '#engine/formats/volumes';
import type { FileNode, FileSystem } from '../../../main/engine/formats/file-system.ts';
import { openDisk } from '../../../main/engine/formats/open-disk.ts';
import { noise, temporaryFolder } from '../../fixtures/environment.ts';
import { needs, run } from '../../fixtures/tools.ts';

const mib = 1024 * 1024;

/** Ordinary files of every kind that matters for finding their bytes. */
async function fill(root: string): Promise<void> {
  await writeFile(join(root, 'tiny.txt'), 'resident');
  await writeFile(join(root, 'empty'), '');
  await writeFile(join(root, 'Gr\u00fc\u00dfe \u{1F600}.txt'), 'names');
  await writeFile(join(root, 'large.bin'), noise(5 * mib + 123, 1));
  await mkdir(join(root, 'many'));
  for (let index = 0; index < 1_500; index += 1)
    await writeFile(join(root, 'many', `file number ${index} with a longer name.txt`), `content ${index}`);
  await mkdir(join(root, 'a/b/c/d'), { recursive: true });
  await writeFile(join(root, 'a/b/c/d', 'x'.repeat(200)), noise(10_000, 2));
  const sparse = await open(join(root, 'sparse.bin'), 'w');
  await sparse.write(noise(4096, 3), 0, 4096, 3 * mib);
  await sparse.close();
  await truncate(join(root, 'sparse.bin'), 4 * mib);
  // Two files grown in turns are fragmented.
  for (let turn = 0; turn < 60; turn += 1)
    for (const name of ['left.bin', 'right.bin']) await writeFile(join(root, name), noise(9_000, turn + 1), { flag: 'a' });
}

async function digestsOfFolder(root: string): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    sums.set(
      path.slice(root.length + 1),
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
  }
  return sums;
}

async function digestsOf(
  system: FileSystem,
  folder: FileNode,
  path: string,
  sums: Map<string, string>,
): Promise<ReadonlyMap<string, string>> {
  for (const node of await system.list(folder)) {
    const name = path === '' ? node.name : `${path}/${node.name}`;
    if (node.type === 'folder') await digestsOf(system, node, name, sums);
    if (node.type !== 'file') continue;
    const bytes = Buffer.alloc(node.sizeBytes);
    await system.read(node, 0, bytes);
    sums.set(name, createHash('sha256').update(bytes).digest('hex'));
  }
  return sums;
}

/** A scan finds every file that listing finds, and no file's bytes lie where the bitmaps call the volume free. */
async function agreesWithItself(system: FileSystem, found: ReadonlyMap<string, string>): Promise<void> {
  const names: string[] = [];
  const used: ByteRange[] = [];
  for await (const file of system.scan()) {
    if (file.type !== 'file') continue;
    names.push(file.name);
    for (const range of await system.ranges(file))
      if (range.volumeOffset !== null) used.push({ offset: range.volumeOffset, length: range.length });
  }
  const isListed = new Set([...found.keys()].map((path) => path.slice(path.lastIndexOf('/') + 1)));
  assert.deepEqual(new Set(names), isListed);
  let freeBytes = 0;
  for await (const free of system.freeRanges()) {
    freeBytes += free.length;
    const clash = used.find((range) => range.offset < free.offset + free.length && range.offset + range.length > free.offset);
    assert.equal(clash, undefined, `free at ${free.offset}`);
  }
  assert.ok(freeBytes > mib);
  assert.equal((await system.state()).clean, true);
}

async function compare(context: TestContext, make: (image: string) => void, mount: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
  const folder = await temporaryFolder(context);
  const image = join(folder, 'volume.raw');
  await writeFile(image, '');
  await truncate(image, 96 * mib);
  make(image);
  const root = await mkdtemp(join(folder, 'mount-'));
  run(mount[0]!, ...mount.slice(1), image, root);
  let expected: ReadonlyMap<string, string>;
  try {
    await fill(root);
    if (mount[0] === 'mount') await symlink('tiny.txt', join(root, 'link'));
    expected = await digestsOfFolder(root);
  } finally {
    run('umount', root);
  }
  const disk = await openDisk({ format: 'raw', path: image });
  const [partition] = await listPartitions(disk);
  assert.equal(partition?.index, 0, 'a disk without a table');
  const system = await openFileSystem(openPartition(disk, partition));
  const found = await digestsOf(system, await system.root(), '', new Map());
  assert.deepEqual(found, expected);
  await agreesWithItself(system, found);
  if (mount[0] === 'mount') {
    const link = await system.child(await system.root(), 'link');
    assert.equal(link?.type === 'symlink' && (await system.linkTarget(link)), 'tiny.txt');
  }
  await disk.close();
}

for (const options of [
  ['-b', '4096'],
  ['-b', '1024'],
  ['-t', 'ext3', '-b', '2048'],
  ['-O', 'inline_data', '-I', '256'],
]) {
  test(`every file of an ext volume made with ${options.join(' ')} reads as the driver reads it`, async (context) => {
    if (!needs(context, { 'mkfs.ext4': 'e2fsprogs' })) return;
    await compare(
      context,
      (image) => void run('mke2fs', '-q', '-F', ...(options.includes('-t') ? [] : ['-t', 'ext4']), ...options, image),
      ['mount', '-o', 'loop'],
    );
  });
}
