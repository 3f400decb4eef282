/** Targets that fill, vanish, or cannot hold what guests can: nothing half has a name, what one file cannot have does not end the others, and resuming is true. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode, type OnProgress } from '#contract';
import { restoreDisk } from '#engine/recovery';
import { folderTarget } from '../../../main/engine/recovery/files/folder-target.ts';
import { treeRestore, type RestoredFiles } from '../../../main/engine/recovery/files/restore-tree.ts';
import type { FileSystem } from '../../../main/engine/formats/file-system.ts';
import { memoryFileSystem, type MemoryFile } from '../../fakes/memory-file-system.ts';
import { folderRepository, noise, quiet, temporaryFolder } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';
import { needs, run } from '../../fixtures/tools.ts';

const mib = 1024 * 1024;

async function restore(
  system: FileSystem,
  to: string,
  resume: boolean,
  onProgress: OnProgress = () => undefined,
): Promise<RestoredFiles> {
  const target = await folderTarget(to, { conflict: 'rename', resume });
  const restoring = treeRestore(target, { onProgress, signal: quiet.signal });
  try {
    await restoring.restore({ system, volume: '/disk0/part1', source: 'point' }, [], await system.root());
  } finally {
    await target.close();
  }
  return restoring.report();
}

/** A small file system of its own, until the test ends. */
async function mounted(
  context: TestContext,
  make: (folder: string, mount: string) => Promise<void> | void,
): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') {
    context.skip('needs root, to mount');
    return undefined;
  }
  const folder = await mkdtemp(join(tmpdir(), 'hostkeep-test-'));
  const mount = join(folder, 'mount');
  await mkdir(mount);
  await make(folder, mount);
  context.after(async () => {
    run('umount', '-l', mount);
    await rm(folder, { recursive: true });
  });
  return mount;
}

const small = (context: TestContext, size: string): Promise<string | undefined> =>
  mounted(context, (_folder, mount) => void run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', mount));

/** The image of a volume of 64 MiB on a loop device, mounted; the device goes when it is mounted no more. */
const volume = (context: TestContext, make: readonly string[], mountBy: readonly string[]): Promise<string | undefined> =>
  mounted(context, async (folder, mount) => {
    const image = join(folder, 'volume.raw');
    await writeFile(image, '');
    await truncate(image, 64 * mib);
    run(make[0]!, ...make.slice(1), image);
    const device = run('losetup', '--find', '--show', image).trim();
    try {
      run(mountBy[0]!, ...mountBy.slice(1), device, mount);
    } finally {
      run('losetup', '--detach', device);
    }
  });

const names = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder)).filter((name) => !name.startsWith('.hostkeep-')).toSorted();

test('a target that fills ends the restore by its code with no half file under its name, and resuming goes on with what is there', async (context) => {
  const to = await small(context, '8m');
  if (to === undefined) return;
  const files = [1, 2, 3].map((seed) => ({ name: `${seed}.bin`, content: noise(3 * mib, seed) }));
  await assert.rejects(restore(memoryFileSystem(files), to, false), (error) => hasCode(error, 'recovery/target-full'));
  assert.deepEqual(
    (await names(to)).filter((name) => !name.endsWith('.hostkeep-partial')),
    ['1.bin', '2.bin'],
  );
  run('mount', '-o', 'remount,size=32m', to);
  const report = await restore(memoryFileSystem(files), to, true);
  assert.deepEqual([report.kept, report.files, report.renamed], [2, 1, []]);
  assert.deepEqual(await names(to), ['1.bin', '2.bin', '3.bin']);
  for (const { name, content } of files) assert.ok((await readFile(join(to, name))).equals(content), name);
});

test('a disk that does not fit is told as that, and nothing of it stays', async (context) => {
  const to = await small(context, '4m');
  if (to === undefined) return;
  const repository = await folderRepository(context);
  const image = join(await temporaryFolder(context), 'disk.raw');
  await writeFile(image, noise(24 * mib, 1));
  const { point } = await backUpImage(repository, { image });
  for (const format of ['raw', 'vhdx'] as const)
    await assert.rejects(restoreDisk(repository, point, 0, { to: join(to, 'disk'), format, ...quiet }), (error) =>
      hasCode(error, 'recovery/target-full'),
    );
  assert.deepEqual(await readdir(to), []);
});

test('a target folder that vanishes is told by its code, and nothing is written where it was', async (context) => {
  const folder = await temporaryFolder(context);
  const [to, away] = [join(folder, 'target'), join(folder, 'away')];
  let gone = false;
  const vanish = (): void => {
    gone ||= true;
  };
  const files: readonly MemoryFile[] = [
    { name: 'first.bin', content: noise(mib, 1) },
    { name: 'second.bin', content: noise(mib, 2), onRead: vanish },
    { name: 'third.bin', content: noise(mib, 3) },
  ];
  const system = memoryFileSystem(files);
  const details = system.details;
  const leaving: FileSystem = {
    ...system,
    async details(node) {
      if (gone && node.name === 'third.bin') await rename(to, away);
      return details(node);
    },
  };
  await assert.rejects(restore(leaving, to, false), (error) => hasCode(error, 'recovery/target-failed'));
  assert.deepEqual(await names(away), ['first.bin', 'second.bin']);
  await assert.rejects(readdir(to), { code: 'ENOENT' });
});

test('an exFAT target takes what it can hold: rights, links and cases that it lacks end no restore, and resuming makes nothing twice', async (context) => {
  if (!needs(context, { 'mkfs.exfat': 'exfatprogs', 'mount.exfat-fuse': 'exfat-fuse' })) return;
  const to = await volume(context, ['mkfs.exfat'], ['mount.exfat-fuse']);
  if (to === undefined) return;
  const modified = 1_700_000_001_357;
  const system = (): FileSystem =>
    memoryFileSystem(
      [
        { name: 'Readme.TXT', content: Buffer.from('one'), modified, mode: 0o100600 },
        { name: 'README.txt', content: Buffer.from('another'), modified, mode: 0o100444 },
        { name: 'a:b?.txt', content: Buffer.from('letters of Windows'), modified },
        { name: `${'\u00e4'.repeat(127)}.x`, content: Buffer.from('long'), modified },
        { name: 'link', target: 'Readme.TXT' },
        {
          name: 'folder',
          children: [{ name: 'inner.bin', content: noise(2 * mib, 3), modified, mode: 0o100640 }],
          mode: 0o40700,
        },
      ],
      'ext4',
    );
  const first = await restore(system(), to, false);
  assert.deepEqual(
    first.skipped.map(({ path, code }) => [path, code]),
    [['/disk0/part1/link', 'recovery/unsafe-link']],
  );
  const there = await names(to);
  assert.equal(there.length, 5);
  assert.equal(await readFile(join(to, 'Readme.TXT'), 'utf8'), 'one');
  assert.equal(await readFile(join(to, 'README (2).txt'), 'utf8'), 'another');
  assert.ok((await readFile(join(to, 'folder', 'inner.bin'))).equals(noise(2 * mib, 3)));
  const again = await restore(system(), to, true);
  assert.deepEqual([again.files, again.kept], [0, 5]);
  assert.deepEqual(await names(to), there);
});

test('a file that is too large for the file system of the target is that file’s matter', async (context) => {
  if (!needs(context, { 'mkfs.ext2': 'e2fsprogs' })) return;
  const to = await volume(context, ['mkfs.ext2', '-q', '-b', '1024'], ['mount']);
  if (to === undefined) return;
  const files: readonly MemoryFile[] = [
    { name: 'huge.bin', holeBytes: 1024 * 1024 * mib },
    { name: 'small.txt', content: Buffer.from('small') },
  ];
  const report = await restore(memoryFileSystem(files), to, false);
  assert.deepEqual(
    report.skipped.map(({ code }) => code),
    ['recovery/file-too-large'],
  );
  assert.deepEqual(
    (await names(to)).filter((name) => name !== 'lost+found'),
    ['small.txt'],
  );
});

test('a name that is too long for the target is that file’s matter', async (context) => {
  const to = await temporaryFolder(context);
  let deep: MemoryFile = { name: 'bottom.txt', content: Buffer.from('unreachable') };
  for (let level = 0; level < 30; level += 1) deep = { name: 'x'.repeat(200), children: [deep] };
  const report = await restore(memoryFileSystem([deep, { name: 'beside.txt', content: Buffer.from('beside') }]), to, false);
  assert.deepEqual(
    report.skipped.map(({ code }) => code),
    ['recovery/path-too-long'],
  );
  assert.equal(await readFile(join(to, 'beside.txt'), 'utf8'), 'beside');
});
