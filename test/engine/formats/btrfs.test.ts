import assert from 'node:assert/strict';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { HostkeepError, type ByteRange } from '#contract';
import { bufferSource } from '#engine/blocks';
import { openFileSystem } from '#engine/formats/volumes';
import type { FileSystem } from '../../../main/engine/formats/file-system.ts';
import { blake2b256 } from '../../../main/engine/formats/btrfs/blake2b.ts';
import { xxhash64 } from '../../../main/engine/formats/btrfs/xxhash64.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';
import { digestsOfSystem } from '../../fixtures/system-digests.ts';
import { needs, run } from '../../fixtures/tools.ts';
import { digestsOfFolder, liveOn } from '../../fixtures/volume-history.ts';

const mib = 1024 * 1024;
const magic = '_BHRfS_M';

function mayMount(context: TestContext): boolean {
  if (process.getuid?.() === 0) return needs(context, { 'mkfs.btrfs': 'btrfs-progs' });
  context.skip('needs root, to mount');
  return false;
}

interface Made {
  readonly images: readonly string[];
  readonly expected: ReadonlyMap<string, string>;
}

/** A volume on so many devices, lived on for a while. */
async function made(context: TestContext, devices: number, ...options: readonly string[]): Promise<Made> {
  const folder = await temporaryFolder(context);
  const images = Array.from({ length: devices }, (_, index) => join(folder, `device${index}`));
  for (const image of images) {
    await writeFile(image, '');
    await truncate(image, 256 * mib);
  }
  run('mkfs.btrfs', '-q', '-f', ...options, ...images);
  const expected = await onMount(context, images, async (root) => {
    await liveOn(root, 77, 120);
    return digestsOfFolder(root);
  });
  return { images, expected };
}

async function onMount<Result>(
  context: TestContext,
  images: readonly string[],
  act: (root: string) => Promise<Result>,
): Promise<Result> {
  const root = join(await temporaryFolder(context), 'mount');
  await mkdir(root);
  const loops = images.map((image) => run('losetup', '--show', '-f', image).trim());
  try {
    if (loops.length > 1) run('btrfs', 'device', 'scan', ...loops);
    run('mount', ...loops.slice(1).flatMap((loop) => ['-o', `device=${loop}`]), loops[0]!, root);
    try {
      return await act(root);
    } finally {
      run('umount', root);
    }
  } finally {
    for (const loop of loops) run('losetup', '-d', loop);
  }
}

async function open(image: Buffer): Promise<FileSystem> {
  return openFileSystem(bufferSource(image));
}

test('XXH64 and BLAKE2b give what their authors say', () => {
  const sums = ['', 'a', 'abc', 'Nobody inspects the spammish repetition'].map((text) =>
    xxhash64(Buffer.from(text)).readBigUInt64LE().toString(16),
  );
  assert.deepEqual(sums, ['ef46db3751d8e999', 'd24ec4f1a98c6e5b', '44bc2cf5ad770999', 'fbcea83c8a378bf1']);
  assert.equal(
    blake2b256(Buffer.from('abc')).toString('hex'),
    'bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319',
  );
  assert.equal(blake2b256(Buffer.alloc(0)).toString('hex'), '0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8');
});

/** Where the copies of every tree block begin, by what they say of their own place. */
function treeBlocks(image: Buffer): ReadonlyMap<bigint, readonly number[]> {
  const id = image.subarray(65_536 + 32, 65_536 + 48);
  const found = new Map<bigint, number[]>();
  for (let at = mib; at < image.length; at += 4096) {
    if (!id.equals(image.subarray(at + 32, at + 48))) continue;
    const place = image.readBigUInt64LE(at + 48);
    found.set(place, [...(found.get(place) ?? []), at]);
  }
  return found;
}

test('where one copy is damaged the other is read, of metadata and of data', async (context) => {
  if (!mayMount(context)) return;
  const { images, expected } = await made(context, 1, '-m', 'dup', '-d', 'dup');
  const image = await readFile(images[0]!);
  const system = await open(image);
  for (const copies of treeBlocks(image).values()) image[copies[0]! + 200]! ^= 1;
  const data: ByteRange[] = [];
  for await (const file of system.scan()) {
    if (file.type !== 'file') continue;
    for (const { volumeOffset, length } of await system.ranges(file))
      if (volumeOffset !== null) data.push({ offset: volumeOffset, length });
  }
  assert.ok(data.length > 20);
  for (const { offset, length } of data) image.fill(0x55, offset, offset + Math.ceil(length / 4096) * 4096);
  assert.deepEqual(await digestsOfSystem(await open(image)), expected);
});

test('where the only copy of data is damaged the file is refused, and the others are read', async (context) => {
  if (!mayMount(context)) return;
  const { images, expected } = await made(context, 1);
  const image = await readFile(images[0]!);
  const system = await open(image);
  const victim = (await system.list(await system.root())).find(({ type, sizeBytes }) => type === 'file' && sizeBytes > 100_000)!;
  const place = (await system.ranges(victim)).find(({ volumeOffset }) => volumeOffset !== null)!;
  image[place.volumeOffset! + 5000]! ^= 4;
  const found = await digestsOfSystem(await open(image), { tolerant: true });
  assert.deepEqual(
    [...expected].filter(([path, digest]) => found.get(path) !== digest).map(([path]) => path),
    [victim.name],
  );
});

test('a damaged superblock has copies, and the volume says that one was used', async (context) => {
  if (!mayMount(context)) return;
  const { images, expected } = await made(context, 1);
  const image = await readFile(images[0]!);
  image[65_536 + 100]! ^= 1;
  const system = await open(image);
  assert.deepEqual(await digestsOfSystem(system), expected);
  const { clean, freeSpace } = await system.state();
  assert.deepEqual([clean, freeSpace], [false, 'uncertain']);
  image.fill(0, 65_536, 65_536 + 4096);
  assert.deepEqual(await digestsOfSystem(await open(image)), expected, 'found by the mark of the copy');
  image.write('XXXXXXXX', 64 * mib + 64);
  await assert.rejects(open(image), (error) => error instanceof HostkeepError && error.code === 'format/file-system-unknown');
});

test('of a mirrored file system each device gives everything; of a striped one what is elsewhere is refused', async (context) => {
  if (!mayMount(context)) return;
  const mirrored = await made(context, 2, '-m', 'raid1', '-d', 'raid1');
  for (const path of mirrored.images) {
    const system = await open(await readFile(path));
    assert.deepEqual(await digestsOfSystem(system), mirrored.expected);
    assert.deepEqual((await system.state()).note, { id: 'btrfs-devices', values: { devices: 2 } });
  }
  const striped = await made(context, 2, '-m', 'raid1', '-d', 'raid0');
  const system = await open(await readFile(striped.images[0]!));
  const found = await digestsOfSystem(system, { tolerant: true });
  assert.ok(found.size > 0 && found.size < striped.expected.size, `${found.size} of ${striped.expected.size}`);
  for (const [path, digest] of found) assert.equal(digest, striped.expected.get(path), path);
  const large = (await system.list(await system.root())).find(({ type, sizeBytes }) => type === 'file' && sizeBytes > 200_000)!;
  await assert.rejects(
    system.read(large, 0, Buffer.alloc(large.sizeBytes)),
    (error) => error instanceof HostkeepError && error.code === 'format/btrfs-unsupported' && error.details['devices'] === 2,
  );
});

test('data in RAID5 and RAID6 are listed and refused by their name, and what lies in the trees is read', async (context) => {
  if (!mayMount(context)) return;
  for (const [profile, devices] of [
    ['raid5', 3],
    ['raid6', 4],
  ] as const) {
    const { images, expected } = await made(context, devices, '-m', 'raid1', '-d', profile);
    const features = new Set<unknown>();
    for (const path of images) {
      const system = await open(await readFile(path)).catch(() => undefined);
      // The trees lie on two of the devices.
      if (system === undefined) continue;
      const found = await digestsOfSystem(system, { tolerant: true });
      for (const [name, digest] of found) assert.equal(digest, expected.get(name), name);
      assert.ok(found.size < expected.size);
      for await (const file of system.scan())
        if (file.type === 'file' && file.sizeBytes > 200_000)
          await system.read(file, 0, Buffer.alloc(file.sizeBytes)).catch((error: unknown) => {
            assert.ok(error instanceof HostkeepError && error.code === 'format/btrfs-unsupported');
            features.add(error.details['feature']);
          });
    }
    assert.deepEqual([...features], [profile.toUpperCase()]);
  }
});

test('stripes on one device are put together', async (context) => {
  if (!mayMount(context)) return;
  const { images, expected } = await made(context, 1, '-m', 'single', '-d', 'raid0');
  assert.deepEqual(await digestsOfSystem(await open(await readFile(images[0]!))), expected);
});

test('no byte of a file lies where the volume is called free, and what is free is most of what the tools say', async (context) => {
  if (!mayMount(context)) return;
  for (const options of [[], ['--mixed'], ['-m', 'single', '-d', 'dup']]) {
    const { images, expected } = await made(context, 1, ...options);
    const image = await readFile(images[0]!);
    const system = await open(image);
    assert.deepEqual([(await system.state()).clean, (await system.state()).freeSpace], [true, 'exact']);
    let free = 0;
    for await (const { offset, length } of system.freeRanges()) {
      image.fill(0xaa, offset, offset + length);
      free += length;
    }
    const used = Number(/^bytes_used\s+(\d+)/m.exec(run('btrfs', 'inspect-internal', 'dump-super', images[0]!))![1]);
    assert.ok(free > image.length - 3 * used - 20 * mib && free < image.length - used, `${free} free, ${used} used`);
    await writeFile(images[0]!, image);
    run('btrfs', 'check', '--check-data-csum', images[0]!);
    assert.deepEqual(await onMount(context, images, digestsOfFolder), expected, options.join(' '));
  }
});

test('the subvolume that a guest shows as the volume is named by its path', async (context) => {
  if (!mayMount(context)) return;
  const { images } = await made(context, 1);
  await onMount(context, images, async (root) => {
    await mkdir(join(root, 'systems', 'old'), { recursive: true });
    run('btrfs', 'subvolume', 'create', join(root, 'systems', 'old', '@'));
    run('btrfs', 'subvolume', 'create', join(root, 'systems', 'old', '@', 'inner'));
    run('btrfs', 'subvolume', 'set-default', join(root, 'systems', 'old', '@', 'inner'));
  });
  const system = await open(await readFile(images[0]!));
  assert.deepEqual((await system.state()).note, { id: 'btrfs-subvolume', values: { path: 'systems/old/@/inner' } });
});

test('a mark alone is no volume', async () => {
  const image = Buffer.alloc(mib);
  image.write(magic, 65_536 + 64);
  await assert.rejects(open(image), (error) => error instanceof HostkeepError && error.code === 'format/btrfs-corrupt');
});
