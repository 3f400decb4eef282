import assert from 'node:assert/strict';
import { mkdtemp, rename, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { RestorePoint } from '#contract';
import { rowsOf, type CatalogRow, type CatalogView } from '#engine/catalog';
import type { Repository } from '#engine/repository';
import { openCatalogues } from '#engine/recovery/search';
import { noise, quickRepository, temporaryFolder } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';
import { needs, run } from '../../fixtures/tools.ts';
import { liveOn } from '../../fixtures/volume-history.ts';

const mib = 1024 * 1024;

interface Kind {
  readonly name: string;
  readonly tools: Readonly<Record<string, string>>;
  readonly mebibytes: number;
  make(image: string): void;
  readonly mount: readonly string[];
  /** Whether a second catalogue is made from the first. */
  readonly incremental: boolean;
}

const kinds: readonly Kind[] = [
  {
    name: 'NTFS',
    tools: { mkntfs: 'ntfs-3g', 'ntfs-3g': 'ntfs-3g' },
    mebibytes: 24,
    make: (image) => void run('mkntfs', '-Q', '-F', '-q', '-c', '4096', image),
    mount: ['ntfs-3g'],
    incremental: true,
  },
  {
    name: 'ext4',
    tools: { 'mkfs.ext4': 'e2fsprogs' },
    mebibytes: 24,
    make: (image) => void run('mke2fs', '-q', '-F', '-t', 'ext4', image),
    mount: ['mount', '-o', 'loop'],
    incremental: true,
  },
  {
    name: 'XFS',
    tools: { 'mkfs.xfs': 'xfsprogs' },
    mebibytes: 48,
    // Smaller than mkfs.xfs makes for anybody but its own tests.
    make: (image) => void run('env', 'TEST_DIR=1', 'TEST_DEV=1', 'QA_CHECK_FS=1', 'mkfs.xfs', '-q', '-f', image),
    mount: ['mount', '-o', 'loop'],
    incremental: true,
  },
  {
    name: 'Btrfs',
    tools: { 'mkfs.btrfs': 'btrfs-progs' },
    mebibytes: 48,
    make: (image) => void run('mkfs.btrfs', '-q', '-f', '--mixed', image),
    mount: ['mount', '-o', 'loop'],
    incremental: false,
  },
  {
    name: 'exFAT',
    tools: { 'mkfs.exfat': 'exfatprogs', 'mount.exfat-fuse': 'exfat-fuse' },
    mebibytes: 24,
    make: (image) => void run('mkfs.exfat', '-c', '4096', image),
    mount: ['mount', '-t', 'exfat-fuse', '-o', 'loop'],
    incremental: false,
  },
];

async function onMount(kind: Kind, image: string, act: (root: string) => Promise<void>): Promise<void> {
  const root = await mkdtemp(`${image}-mount-`);
  run(kind.mount[0]!, ...kind.mount.slice(1), image, root);
  try {
    await act(root);
  } finally {
    run('umount', root);
  }
}

async function rowsOfView(view: CatalogView): Promise<readonly CatalogRow[]> {
  const rows: CatalogRow[] = [];
  for (const volume of view.volumes) for await (const some of rowsOf(volume, { places: true })) rows.push(...some);
  return rows.toSorted((a, b) => a.id - b.id || a.parentId - b.parentId || (a.name < b.name ? -1 : 1));
}

const signal = new AbortController().signal;

/** A life of folders: made deep, moved elsewhere, removed with all they hold, made anew under the old name. */
async function moveFolders(root: string, round: number): Promise<void> {
  const deep = join(root, `deep${round}`, 'x', 'y');
  await mkdir(deep, { recursive: true });
  await writeFile(join(deep, 'leaf'), noise(3000, round));
  if (round === 1) await rename(join(root, 'deep0', 'x'), join(root, 'c', 'moved'));
  if (round === 2) await rm(join(root, 'c', 'moved'), { recursive: true });
  if (round === 3) await rename(join(root, 'deep2'), join(root, 'deep0', 'in'));
}

async function live(context: TestContext, kind: Kind): Promise<void> {
  const repository: Repository = await quickRepository();
  const image = join(await temporaryFolder(context), 'volume.raw');
  await writeFile(image, noise(kind.mebibytes * mib, 99));
  kind.make(image);
  const points: RestorePoint[] = [];
  const catalogues = await openCatalogues(repository);
  for (let round = 0; round < 4; round += 1) {
    await onMount(kind, image, async (root) => {
      await liveOn(root, 40 + round, 25);
      await moveFolders(root, round);
    });
    const { point } = await backUpImage(repository, {
      image,
      ...(points.length === 0 ? {} : { parent: points.at(-1)! }),
      threads: 1,
    });
    points.push(point);
    const view = await catalogues.make(point, { points, signal });
    const alone = await (await openCatalogues(repository)).makeAnew(point, { points, signal });
    assert.deepEqual(await rowsOfView(view), await rowsOfView(alone), `round ${round}`);
    assert.equal(view.volumes[0]!.about.whole, round === 0 || !kind.incremental, `round ${round}`);
    assert.ok((await rowsOfView(view)).length > 10);
  }
}

for (const kind of kinds) {
  test(`On ${kind.name}, a catalogue made from the one before has the same files as one made from the volume alone`, async (context) => {
    if (needs(context, kind.tools)) await live(context, kind);
  });
}
