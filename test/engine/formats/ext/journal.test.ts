import assert from 'node:assert/strict';
import { copyFile, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readBytes } from '#engine/blocks';
import { openFileSystem } from '#engine/formats/volumes';
import type { FileSystem } from '../../../../main/engine/formats/file-system.ts';
import { openDisk } from '../../../../main/engine/formats/open-disk.ts';
import { noise, sha256, temporaryFolder } from '../../../fixtures/environment.ts';
import { needs, run } from '../../../fixtures/tools.ts';
import { digestsOfFolder, liveOn } from '../../../fixtures/volume-history.ts';
import { digestsOfSystem } from '../../../fixtures/system-digests.ts';

const mib = 1024 * 1024;

async function newVolume(context: TestContext, ...options: readonly string[]): Promise<string> {
  const image = join(await temporaryFolder(context), 'volume.raw');
  await writeFile(image, '');
  await truncate(image, 64 * mib);
  run('mke2fs', '-q', '-F', ...options, image);
  return image;
}

async function onVolume<Result>(image: string, act: (system: FileSystem) => Promise<Result>): Promise<Result> {
  const disk = await openDisk({ format: 'raw', path: image });
  try {
    return await act(await openFileSystem(disk));
  } finally {
    await disk.close();
  }
}

/** An image as a power failure leaves it: copied while the volume is mounted, after its journal was flushed. */
async function cutOff(image: string, seed: number): Promise<string> {
  const root = await mkdtemp(`${image}-mount-`);
  const copy = `${image}.cut`;
  run('mount', '-o', 'loop,commit=300', image, root);
  try {
    await liveOn(root, seed, 80);
    run('sync', '-f', root);
    // These wait in the journal: made and committed, and not yet written back.
    for (let index = 0; index < 50; index += 1) {
      await writeFile(join(root, `late ${index}`), noise(3000 + index, index + 1));
      if (index % 10 === 9) run('sync', join(root, `late ${index}`));
    }
    await copyFile(image, copy);
  } finally {
    run('umount', root);
  }
  return copy;
}

for (const options of [
  ['-t', 'ext3', '-b', '1024'],
  ['-t', 'ext4', '-b', '1024'],
  ['-t', 'ext4', '-b', '4096', '-O', '^metadata_csum,^64bit'],
]) {
  test(`what waits in the journal of ${options.join(' ')} is read as the kernel replays it, and nothing is written`, async (context) => {
    if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
    if (!needs(context, { mke2fs: 'e2fsprogs' })) return;
    const image = await cutOff(await newVolume(context, ...options), 7);
    const before = await sha256(image);
    const ours = await onVolume(image, async (system) => {
      const state = await system.state();
      assert.deepEqual([state.clean, state.freeSpace], [false, 'exact']);
      assert.match(state.note?.id ?? '', /^ext-(replayed|unreadable)$/);
      return digestsOfSystem(system);
    });
    assert.equal(await sha256(image), before);
    const root = await mkdtemp(`${image}-mount-`);
    run('mount', '-o', 'loop', image, root);
    try {
      const theirs = await digestsOfFolder(root);
      assert.ok(theirs.size > 40);
      assert.deepEqual(ours, theirs);
    } finally {
      run('umount', root);
    }
  });
}

test('a journal with a changed descriptor is not replayed, and that is said', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
  if (!needs(context, { mke2fs: 'e2fsprogs' })) return;
  const image = await cutOff(await newVolume(context, '-t', 'ext4', '-b', '1024'), 9);
  const bytes = await readFile(image);
  const file = await open(image, 'r+');
  let changed = 0;
  for (let at = 0; at < bytes.length; at += 1024) {
    // Descriptor blocks of the journal.
    if (bytes.readUInt32BE(at) !== 0xc03b3998 || bytes.readUInt32BE(at + 4) !== 1) continue;
    await file.write(Buffer.from([bytes[at + 15]! ^ 1]), 0, 1, at + 15);
    changed += 1;
  }
  await file.close();
  assert.ok(changed > 0);
  await onVolume(image, async (system) => {
    const { clean, freeSpace, note } = await system.state();
    assert.deepEqual([clean, freeSpace], [false, 'uncertain']);
    assert.equal(note?.id, 'ext-unreadable');
  });
});

/** debugfs prints blocks in ranges: `Free blocks: 5-9, 12`. */
test('free blocks are those that dumpe2fs says', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
  if (!needs(context, { dumpe2fs: 'e2fsprogs' })) return;
  for (const options of [
    ['-b', '1024'],
    ['-b', '4096'],
    ['-b', '1024', '-O', '^metadata_csum,uninit_bg'],
    ['-O', '^has_journal', '-b', '1024'],
  ]) {
    const image = await newVolume(context, '-t', 'ext4', ...options);
    const root = await mkdtemp(`${image}-mount-`);
    run('mount', '-o', 'loop', image, root);
    try {
      await liveOn(root, 3, 60);
    } finally {
      run('umount', root);
    }
    const told = run('dumpe2fs', image);
    const blockBytes = Number(/Block size:\s+(\d+)/.exec(told)![1]);
    const theirs = new Set<number>();
    for (const [, list] of told.matchAll(/^ {2}Free blocks: (.*)$/gm))
      for (const part of list!.split(', ').filter((text) => text !== '')) {
        const [from, to = from] = part.split('-').map(Number);
        for (let block = from!; block <= to!; block += 1) theirs.add(block);
      }
    const ours = await onVolume(image, async (system) => {
      const blocks = new Set<number>();
      for await (const { offset, length } of system.freeRanges())
        for (let at = offset; at < offset + length; at += blockBytes) blocks.add(at / blockBytes);
      return blocks;
    });
    // What dumpe2fs calls free in a group whose bitmap was never written, we may call used; never the other way round.
    assert.deepEqual(
      [...ours].filter((block) => !theirs.has(block)),
      [],
      options.join(' '),
    );
    assert.ok(ours.size > theirs.size * 0.9, `${ours.size} of ${theirs.size} free blocks`);
  }
});

/** One change in each kind of structure of a volume with checksums: the files that it touches are refused, never read wrong. */
test('damage of every structure kind of ext4 costs files with a code, and gives no wrong byte', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
  if (!needs(context, { mke2fs: 'e2fsprogs' })) return;
  const image = await newVolume(context, '-t', 'ext4', '-b', '1024');
  const root = await mkdtemp(`${image}-mount-`);
  run('mount', '-o', 'loop', image, root);
  let expected: ReadonlyMap<string, string>;
  try {
    await liveOn(root, 21, 150);
    expected = await digestsOfFolder(root);
  } finally {
    run('umount', root);
  }
  const stat = (path: string): string => run('debugfs', '-R', path, image);
  const superblock = 1024;
  const told = run('dumpe2fs', image);
  const inodeTable = Number(/Inode table at (\d+)/.exec(told)![1]) * 1024;
  const folderBlock = Number(/\d+/.exec(stat('blocks /a'))![0]) * 1024;
  const places = {
    superblock: superblock + 32,
    descriptor: 2048 + 8,
    inode: inodeTable + 256 * 20 + 4,
    folder: folderBlock + 40,
  };
  const sound = await readFile(image);
  for (const [name, at] of Object.entries(places)) {
    const damaged = Buffer.from(sound);
    damaged[at]! ^= 0x10;
    await writeFile(image, damaged);
    const found = await readable(image);
    for (const [path, digest] of found) assert.equal(digest, expected.get(path), `${name}: ${path}`);
  }
});

/** What can be read; damage is allowed to cost a part, by a code of the format. */
async function readable(image: string): Promise<ReadonlyMap<string, string>> {
  try {
    return await onVolume(image, (system) => digestsOfSystem(system, { tolerant: true }));
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && String(error.code).startsWith('format/'), String(error));
    return new Map();
  }
}

test('a volume whose blocks are read in pieces of any size gives the same bytes', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
  if (!needs(context, { mke2fs: 'e2fsprogs' })) return;
  const image = await cutOff(await newVolume(context, '-t', 'ext4', '-b', '1024'), 11);
  await onVolume(image, async (system) => {
    const file = await system.child(await system.root(), 'late 49');
    const whole = Buffer.alloc(file!.sizeBytes);
    await system.read(file!, 0, whole);
    assert.ok(whole.equals(noise(3049, 50)));
    for (const [offset, length] of [
      [1, 1000],
      [1023, 2],
      [1024, 1024],
      [3000, 49],
    ] as const) {
      const part = Buffer.alloc(length);
      await system.read(file!, offset, part);
      assert.ok(part.equals(whole.subarray(offset, offset + length)));
    }
  });
  const disk = await openDisk({ format: 'raw', path: image });
  assert.equal((await readBytes(disk, 1080, 2)).readUInt16LE(0), 0xef53);
  await disk.close();
});
