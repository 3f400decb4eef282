import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ByteRange, RestorePoint } from '#contract';
import { restoreDisk } from '#engine/recovery';
import type { Repository } from '#engine/repository';
import { folderRepository, noise, quiet, temporaryFolder } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';
import { runs } from '../../fixtures/properties.ts';
import { needs, run } from '../../fixtures/tools.ts';
import { digestsOfFolder, liveOn } from '../../fixtures/volume-history.ts';

const mib = 1024 * 1024;

interface Kind {
  readonly name: string;
  readonly tools: Readonly<Record<string, string>>;
  make(image: string): void;
  readonly mount: readonly string[];
}

const ext4: Kind = {
  name: 'ext4',
  tools: { 'mkfs.ext4': 'e2fsprogs' },
  make: (image) => void run('mke2fs', '-q', '-F', '-t', 'ext4', image),
  mount: ['mount', '-o', 'loop'],
};
const kinds: readonly Kind[] = [
  ext4,
  {
    name: 'NTFS',
    tools: { mkntfs: 'ntfs-3g', 'ntfs-3g': 'ntfs-3g' },
    make: (image) => void run('mkntfs', '-Q', '-F', '-q', '-c', '4096', image),
    mount: ['ntfs-3g'],
  },
  {
    name: 'exFAT',
    tools: { 'mkfs.exfat': 'exfatprogs', 'mount.exfat-fuse': 'exfat-fuse' },
    make: (image) => void run('mkfs.exfat', '-c', '4096', image),
    mount: ['mount', '-t', 'exfat-fuse', '-o', 'loop'],
  },
  {
    name: 'XFS',
    tools: { 'mkfs.xfs': 'xfsprogs' },
    // Smaller than mkfs.xfs makes for anybody but its own tests.
    make: (image) => void run('env', 'TEST_DIR=1', 'TEST_DEV=1', 'QA_CHECK_FS=1', 'mkfs.xfs', '-q', '-f', image),
    mount: ['mount', '-o', 'loop'],
  },
  {
    name: 'Btrfs',
    tools: { 'mkfs.btrfs': 'btrfs-progs' },
    // Smaller volumes have data and metadata mixed.
    make: (image) => void run('mkfs.btrfs', '-q', '-f', '--mixed', image),
    mount: ['mount', '-o', 'loop'],
  },
];

async function newImage(context: TestContext, bytes: number): Promise<string> {
  const image = join(await temporaryFolder(context), 'volume.raw');
  // Free space is full of what is not zero, so that what is left out shows.
  await writeFile(image, noise(bytes, 99));
  return image;
}

async function onMount<Result>(kind: Kind, image: string, act: (root: string) => Promise<Result>): Promise<Result> {
  const root = await mkdtemp(`${image}-mount-`);
  run(kind.mount[0]!, ...kind.mount.slice(1), image, root);
  try {
    return await act(root);
  } finally {
    run('umount', root);
  }
}

async function restored(repository: Repository, point: RestorePoint, image: string): Promise<string> {
  const target = `${image}.${point.id}`;
  await restoreDisk(repository, point, 0, { to: target, format: 'raw', ...quiet });
  return target;
}

/** What a host's change tracking would say. */
async function changesBetween(before: string, after: string): Promise<readonly ByteRange[]> {
  const [old, now] = [await readFile(before), await readFile(after)];
  return Array.from({ length: now.length / 4096 }, (_, block) => block * 4096)
    .filter((at) => old.compare(now, at, at + 4096, at, at + 4096) !== 0)
    .map((offset) => ({ offset, length: 4096 }));
}

for (const kind of kinds) {
  test(`${kind.name}: every file comes back over a random history, full and incremental, without the free space`, async (context) => {
    if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
    if (!needs(context, kind.tools)) return;
    const image = await newImage(context, 48 * mib);
    kind.make(image);
    const repository = await folderRepository(context);
    let parent: RestorePoint | undefined;
    // Two turns more in the nightly form.
    for (let turn = 0; turn < Math.min(4, 1 + runs(1)); turn += 1) {
      const before = `${image}.before`;
      await copyFile(image, before);
      const expected = await onMount(kind, image, async (root) => {
        await liveOn(root, 1000 + turn, 120);
        return digestsOfFolder(root);
      });
      const changed = await changesBetween(before, image);
      const backup = { image, skipAs: 'crash', ...(parent === undefined ? {} : { parent, changed }) } as const;
      const { point, skippedBytes } = await backUpImage(repository, backup);
      assert.ok(parent !== undefined || skippedBytes > 10 * mib, `left out ${skippedBytes}`);
      assert.equal(point.disks[0]?.skipped?.notReadBytes, skippedBytes);
      const back = await restored(repository, point, image);
      assert.deepEqual(await onMount(kind, back, digestsOfFolder), expected, `turn ${turn}`);
      parent = point;
    }
  });
}

test('a file that comes back without being written again is read, though its blocks did not change', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
  if (!needs(context, ext4.tools)) return;
  const image = await newImage(context, 48 * mib);
  ext4.make(image);
  await onMount(ext4, image, (root) => writeFile(join(root, 'precious'), noise(3 * mib, 4)));
  const withFile = `${image}.with`;
  await copyFile(image, withFile);
  await onMount(ext4, image, async (root) => run('rm', join(root, 'precious')));
  const repository = await folderRepository(context);
  const { point: parent } = await backUpImage(repository, { image, skipAs: 'crash' });
  // Undeleted: the metadata of before, over data that nobody wrote.
  const changed = await changesBetween(image, withFile);
  assert.ok(changed.length * 4096 < mib, 'the data is not among the changes');
  const { point } = await backUpImage(repository, { image: withFile, skipAs: 'crash', parent, changed });
  const back = await restored(repository, point, image);
  const bytes = await onMount(ext4, back, (root) => readFile(join(root, 'precious')));
  assert.ok(bytes.equals(noise(3 * mib, 4)));
});

test('a run that leaves nothing out after one that did gives the whole disk back', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
  if (!needs(context, ext4.tools)) return;
  const image = await newImage(context, 32 * mib);
  ext4.make(image);
  const repository = await folderRepository(context);
  const { point: parent, skippedBytes } = await backUpImage(repository, { image, skipAs: 'crash' });
  assert.ok(skippedBytes > 4 * mib);
  const { point } = await backUpImage(repository, { image, parent, changed: [] });
  assert.ok((await readFile(await restored(repository, point, image))).equals(await readFile(image)));
  assert.equal(point.disks[0]?.skipped, undefined);
});

test('a volume that is in use is left whole unless its guest came to rest', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
  if (!needs(context, ext4.tools)) return;
  const image = await newImage(context, 32 * mib);
  ext4.make(image);
  const copy = `${image}.mounted`;
  await onMount(ext4, image, async (root) => {
    await writeFile(join(root, 'file'), noise(mib, 1));
    run('sync', '-f', root);
    await copyFile(image, copy);
  });
  const repository = await folderRepository(context);
  const { skippedBytes, point } = await backUpImage(repository, { image: copy, skipAs: 'crash' });
  assert.equal(skippedBytes, 0);
  assert.ok((await readFile(await restored(repository, point, image))).equals(await readFile(copy)));
});

test('contents of page, swap and hibernation files come back as zeros, and nothing else', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
  const ntfs = kinds[1]!;
  if (!needs(context, ntfs.tools)) return;
  const image = await newImage(context, 48 * mib);
  ntfs.make(image);
  await onMount(ntfs, image, async (root) => {
    for (const name of ['pagefile.sys', 'Hiberfil.sys', 'swapfile.sys', 'other.sys'])
      await writeFile(join(root, name), noise(2 * mib, 7));
    await mkdir(join(root, 'sub'));
    await writeFile(join(root, 'sub', 'pagefile.sys'), noise(2 * mib, 8));
  });
  const repository = await folderRepository(context);
  const { point } = await backUpImage(repository, { image, skipAs: 'application' });
  assert.equal(point.disks[0]?.skipped?.excludedBytes, 6 * mib);
  await onMount(ntfs, await restored(repository, point, image), async (root) => {
    for (const name of ['pagefile.sys', 'Hiberfil.sys', 'swapfile.sys'])
      assert.ok((await readFile(join(root, name))).equals(Buffer.alloc(2 * mib)), name);
    assert.ok((await readFile(join(root, 'other.sys'))).equals(noise(2 * mib, 7)));
    assert.ok((await readFile(join(root, 'sub', 'pagefile.sys'))).equals(noise(2 * mib, 8)));
  });
});

test('a swap partition keeps its header and loses its content', async (context) => {
  if (!needs(context, { mkswap: 'util-linux', sgdisk: 'gdisk', blkid: 'util-linux' })) return;
  const image = await newImage(context, 32 * mib);
  await truncate(image, 32 * mib);
  run('sgdisk', '-o', '-n1:2048:+16M', '-t1:8200', image);
  const swap = `${image}.swap`;
  await writeFile(swap, noise(16 * mib, 5));
  run('mkswap', '-q', '-L', 'rest', swap);
  const file = await open(image, 'r+');
  await file.write(await readFile(swap), 0, 16 * mib, mib);
  await file.close();
  const repository = await folderRepository(context);
  const { point, skippedBytes } = await backUpImage(repository, { image, skipAs: 'application' });
  assert.equal(skippedBytes, 16 * mib - 65_536);
  const back = await readFile(await restored(repository, point, image));
  const expected = await readFile(image);
  expected.fill(0, mib + 65_536, 17 * mib);
  assert.ok(back.equals(expected), 'only the content of the swap partition is gone');
});
