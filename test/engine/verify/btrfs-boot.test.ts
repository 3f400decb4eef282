import assert from 'node:assert/strict';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { usualSample, verifyPoint } from '#engine/verify';
import { noise, quickRepository, quiet, temporaryFolder } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';
import { needs, run } from '../../fixtures/tools.ts';
import { mounted } from '../../oracle/files/mounted.ts';
import { subjectOf } from './guest-volume.ts';

interface Layout {
  readonly subvolumes: readonly string[];
  readonly kernels: readonly string[];
  /** The subvolume that is mounted where nobody says which. */
  readonly usual?: string;
}

/** What a verification says of the boot files of a Btrfs volume. */
async function bootFilesOf(context: TestContext, { subvolumes, kernels, usual }: Layout): Promise<readonly string[]> {
  const folder = await temporaryFolder(context);
  const [image, root] = [join(folder, 'disk.img'), join(folder, 'mount')];
  await writeFile(image, '');
  await truncate(image, 128 * 1024 * 1024);
  await mkdir(root);
  run('mkfs.btrfs', '-q', '-f', image);
  await mounted(['mount', '-o', 'loop', image], root, async () => {
    for (const path of subvolumes) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      run('btrfs', 'subvolume', 'create', join(root, path));
    }
    for (const path of kernels) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), noise(9000, path.length));
    }
    if (usual !== undefined) run('btrfs', 'subvolume', 'set-default', join(root, usual));
  });
  const repository = await quickRepository();
  const { point } = await backUpImage(repository, { image, threads: 1 });
  const { checks } = await verifyPoint(subjectOf({ repository, point }), {
    depth: 'sample',
    by: 'test',
    sampleFiles: usualSample,
    ...quiet,
  });
  return checks
    .filter(({ check, verdict }) => check === 'boot-files' && verdict === 'passed')
    .map(({ subject }) => subject.slice('/disk0/part0/'.length));
}

test('kernels are found in the boot folder of the subvolume that is the root, by its usual name or because the guest says so', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs root, to mount');
  if (!needs(context, { 'mkfs.btrfs': 'btrfs-progs' })) return;
  const ubuntu = ['@/boot/vmlinuz-6.8.0-generic', '@/boot/initrd.img-6.8.0-generic'];
  assert.deepEqual(
    new Set(await bootFilesOf(context, { subvolumes: ['@', '@home'], kernels: [...ubuntu, '@home/boot/vmlinuz'] })),
    new Set(ubuntu),
  );
  const usual = '@/.snapshots/1/snapshot';
  const suse = [`${usual}/boot/vmlinuz-6.4.0-default`, `${usual}/boot/initrd-6.4.0-default`];
  assert.deepEqual(new Set(await bootFilesOf(context, { subvolumes: ['@', usual], kernels: suse, usual })), new Set(suse));
});
