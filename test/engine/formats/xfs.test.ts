import assert from 'node:assert/strict';
import { mkdtemp, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openFileSystem } from '#engine/formats/volumes';
import type { FileSystem } from '../../../main/engine/formats/file-system.ts';
import { openDisk } from '../../../main/engine/formats/open-disk.ts';
import { noise, temporaryFolder } from '../../fixtures/environment.ts';
import { digestsOfSystem } from '../../fixtures/system-digests.ts';
import { needs, run } from '../../fixtures/tools.ts';
import { digestsOfFolder, liveOn } from '../../fixtures/volume-history.ts';

const mib = 1024 * 1024;

async function newVolume(context: TestContext, ...options: readonly string[]): Promise<string> {
  const image = join(await temporaryFolder(context), 'volume.raw');
  await writeFile(image, '');
  await truncate(image, 64 * mib);
  // Smaller than mkfs.xfs makes for anybody but its own tests.
  run('env', 'TEST_DIR=1', 'TEST_DEV=1', 'QA_CHECK_FS=1', 'mkfs.xfs', '-q', '-f', ...options, image);
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

/** The kernel here has no version 4 any more; mkfs.xfs fills a volume from a list of files. */
test('an XFS volume of version 4 gives the files that it was made with', async (context) => {
  if (!needs(context, { 'mkfs.xfs': 'xfsprogs' })) return;
  for (const options of [
    ['-b', 'size=4096'],
    ['-b', 'size=512', '-n', 'ftype=0'],
    ['-n', 'size=8192'],
  ]) {
    const folder = await temporaryFolder(context);
    await mkdir(join(folder, 'sub'));
    const sizes = [0, 1, 4096, 70_001, 900_000];
    for (const size of sizes) await writeFile(join(folder, `file ${size}`.replace(' ', '-')), noise(size, size + 1));
    for (let index = 0; index < 200; index += 1) await writeFile(join(folder, 'sub', `entry-${index}`), `content ${index}`);
    const files = sizes.map((size) => `file-${size} ---644 0 0 ${folder}/file-${size}`);
    const entries = Array.from({ length: 200 }, (_, index) => `entry-${index} ---600 7 8 ${folder}/sub/entry-${index}`);
    const list = ['/', '0 0', 'd--755 0 0', ...files, 'sub d--755 0 0', ...entries, '$', 'link l--777 0 0 sub/entry-5', '$', ''];
    const proto = join(await temporaryFolder(context), 'proto');
    await writeFile(proto, list.join('\n'));
    const image = await newVolume(context, '-m', 'crc=0,finobt=0', ...options, '-p', proto);
    await onVolume(image, async (system) => {
      assert.deepEqual(await digestsOfSystem(system), await digestsOfFolder(folder), options.join(' '));
      const state = await system.state();
      assert.deepEqual([state.version, state.clean], ['XFS version 4', true]);
      const link = await system.child(await system.root(), 'link');
      assert.equal(await system.linkTarget(link!), 'sub/entry-5');
    });
  }
});

test('a volume in use is told from one that was unmounted, and free blocks are those that xfs_db says', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
  if (!needs(context, { 'mkfs.xfs': 'xfsprogs', xfs_db: 'xfsprogs' })) return;
  const image = await newVolume(context);
  const root = await mkdtemp(`${image}-mount-`);
  const isClean = (path: string): Promise<boolean> => onVolume(path, async (system) => (await system.state()).clean);
  assert.equal(await isClean(image), true);
  for (let turn = 0; turn < 3; turn += 1) {
    run('mount', '-o', 'loop', image, root);
    try {
      await liveOn(root, turn + 50, 100);
      run('sync', '-f', root);
      await writeFile(`${image}.used`, await readFile(image));
    } finally {
      run('umount', root);
    }
    assert.deepEqual([await isClean(image), await isClean(`${image}.used`)], [true, false], `turn ${turn}`);
  }
  const told = run('xfs_db', '-r', '-c', 'freesp -d', image);
  const theirs = [...told.matchAll(/^\s*(\d+)\s+(\d+)\s+(\d+)\s*$/gm)].reduce((sum, row) => sum + Number(row[3]), 0);
  const ours = await onVolume(image, async (system) => {
    let bytes = 0;
    for await (const { length } of system.freeRanges()) bytes += length;
    return bytes;
  });
  assert.ok(theirs > 1000);
  // xfs_db counts the few blocks that the group keeps at hand for its trees too; those we call used.
  assert.ok(ours / 4096 <= theirs && ours / 4096 > theirs - 64, `${ours / 4096} of ${theirs}`);
});

test('a log on another device is told, and nothing of such a volume counts as free for certain', async (context) => {
  if (!needs(context, { 'mkfs.xfs': 'xfsprogs' })) return;
  const log = join(await temporaryFolder(context), 'log.raw');
  await writeFile(log, '');
  await truncate(log, 64 * mib);
  const image = await newVolume(context, '-l', `logdev=${log},size=32m`);
  const { clean, freeSpace, note } = await onVolume(image, (system) => system.state());
  assert.deepEqual([clean, freeSpace], [false, 'uncertain']);
  assert.equal(note?.id, 'xfs-external');
});

test('damage of every structure kind of XFS costs files with a code, and gives no wrong byte', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
  if (!needs(context, { 'mkfs.xfs': 'xfsprogs' })) return;
  const image = await newVolume(context);
  const root = await mkdtemp(`${image}-mount-`);
  run('mount', '-o', 'loop', image, root);
  let expected: ReadonlyMap<string, string>;
  try {
    await liveOn(root, 5, 150);
    for (let index = 0; index < 300; index += 1) await writeFile(join(root, 'c', `entry ${index}`), `content ${index}`);
    expected = await digestsOfFolder(root);
  } finally {
    run('umount', root);
  }
  const sound = await readFile(image);
  const marks = ['XFSB', 'XAGF', 'AB3B', 'XDB3', 'XDD3', 'IN'];
  const seen = new Set<string>();
  for (const mark of marks) {
    // The second of its kind, where there is one: the first inodes are of the file system itself.
    const places: number[] = [];
    for (let at = 0; at < sound.length && places.length < 6; at += 512)
      if (sound.toString('latin1', at, at + mark.length) === mark) places.push(at);
    const at = places.at(mark === 'XFSB' ? 0 : -1);
    if (at === undefined) continue;
    seen.add(mark);
    const damaged = Buffer.from(sound);
    damaged[at + 70]! ^= 0x08;
    await writeFile(image, damaged);
    const found = await readable(image);
    for (const [path, digest] of found) assert.equal(digest, expected.get(path), `${mark}: ${path}`);
  }
  assert.ok(seen.size >= 5, [...seen].join());
});

async function readable(image: string): Promise<ReadonlyMap<string, string>> {
  try {
    return await onVolume(image, (system) => digestsOfSystem(system, { tolerant: true }));
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && String(error.code).startsWith('format/'), String(error));
    return new Map();
  }
}
