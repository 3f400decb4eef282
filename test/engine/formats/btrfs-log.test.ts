import assert from 'node:assert/strict';
import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { bufferSource } from '#engine/blocks';
import { openFileSystem } from '#engine/formats/volumes';
import type { FileSystem } from '../../../main/engine/formats/file-system.ts';
import { temporaryFolder } from '../../fixtures/environment.ts';
import { runs } from '../../fixtures/properties.ts';
import { digestsOfSystem } from '../../fixtures/system-digests.ts';
import { seedImage } from '../../fixtures/seed-image.ts';
import { needs, run } from '../../fixtures/tools.ts';
import { expectedOf } from '../../oracle/files/mounted-oracle.ts';
import { mounted, walkMounted, type MountedFile } from '../../oracle/files/mounted.ts';
import { sealBtrfs } from '../../fuzz/seals.ts';
import { compareFiles, compareListing } from '../../oracle/files/oracle.ts';

const mib = 1024 * 1024;
const superblockPlace = 65_536;
/** Where the superblock says where the log begins. */
const logPlace = superblockPlace + 96;
const life = new URL('../../oracle/files/fsync-life.py', import.meta.url).pathname;
/** No transaction ends by itself, so that what is fsynced stays in the log. */
const options = 'loop,commit=3000';

function mayMount(context: TestContext): boolean {
  if (process.getuid?.() === 0) return needs(context, { 'mkfs.btrfs': 'btrfs-progs', python3: 'python3' });
  context.skip('needs root, to mount');
  return false;
}

interface Shape {
  readonly make: readonly string[];
  readonly mount: string;
}

interface Taken {
  readonly bytes: Buffer;
  /** When it was taken, in nanoseconds: the kernel's own recovery dates what it changes by its clock. */
  readonly atNs: bigint;
}

/** A volume in use: the first part of a life is in a transaction, the second only as far as it was fsynced. */
function lived(context: TestContext, shape: Shape, seed: number): Promise<Taken> {
  return taken(context, shape, (root) => {
    run('btrfs', 'subvolume', 'create', join(root, 'subvolume'));
    for (const below of [root, join(root, 'subvolume')]) run('python3', life, below, String(seed), '120');
    run('sync', '-f', root);
    for (const below of [join(root, 'subvolume'), root]) run('python3', life, below, String(seed + 1), '60');
  });
}

async function taken(context: TestContext, { make, mount }: Shape, act: (root: string) => void): Promise<Taken> {
  const folder = await temporaryFolder(context);
  const [image, root] = [join(folder, 'volume'), join(folder, 'mount')];
  await writeFile(image, '');
  await truncate(image, 128 * mib);
  await mkdir(root);
  run('mkfs.btrfs', '-q', '-f', ...make, image);
  return mounted(['mount', '-o', `${options}${mount}`, image], root, async () => {
    act(root);
    return { bytes: await readFile(image), atNs: BigInt(Date.now()) * 1_000_000n };
  });
}

/** What the kernel makes of a copy of the volume when it mounts it. */
async function recovered(context: TestContext, { bytes }: Taken): Promise<readonly MountedFile[]> {
  const folder = await temporaryFolder(context);
  const [copy, root] = [join(folder, 'copy'), join(folder, 'mount')];
  await writeFile(copy, bytes);
  await mkdir(root);
  return mounted(['mount', '-o', 'loop', copy], root, () => walkMounted(root));
}

async function open(bytes: Buffer): Promise<FileSystem> {
  return openFileSystem(bufferSource(bytes));
}

function hasLog(bytes: Buffer): boolean {
  return bytes.readBigUInt64LE(logPlace) !== 0n;
}

const shapes: Readonly<Record<string, Shape>> = {
  'as made today': { make: [], mount: '' },
  'holes named, small blocks': { make: ['-O', '^no-holes', '-n', '4096', '--mixed'], mount: '' },
  'packed, sha256': { make: ['--csum', 'sha256'], mount: ',compress-force=zstd' },
};

const first = Number(process.env['HOSTKEEP_SEED'] ?? 2);

for (const [name, shape] of Object.entries(shapes)) {
  test(`what fsync left in the log of Btrfs (${name}) is in place as the kernel puts it`, async (context) => {
    if (!mayMount(context)) return;
    let withLog = 0;
    // A transaction that ends meanwhile takes the log with it: then another volume is made.
    for (let seed = first; withLog < runs(1) && seed < first + 10 * runs(1); seed += 1) {
      const volume = await lived(context, shape, seed * 1000);
      const system = await open(volume.bytes);
      const state = await system.state();
      const files = await recovered(context, volume);
      const expected = files.map((file) =>
        expectedOf(file, {
          isUnix: true,
          isMadeUp: ({ type, modifiedNs }) => type === 'folder' && BigInt(modifiedNs) >= volume.atNs,
        }),
      );
      const compared = [...(await compareFiles(system, expected)), ...(await compareListing(system, expected))];
      assert.deepEqual(
        compared.filter(({ differences }) => differences.length > 0),
        [],
        `seed ${seed}`,
      );
      assert.ok(compared.length > 40, `${compared.length}`);
      if (!hasLog(volume.bytes)) continue;
      withLog += 1;
      assert.deepEqual([state.clean, state.freeSpace], [false, 'exact'], `seed ${seed}: ${state.note?.id}`);
      if (withLog === 1) await freeSpaceIsUnused(context, volume, files);
    }
    assert.ok(withLog > 0, 'no volume had anything in its log');
  });
}

/** What is called free, overwritten, costs nothing: the kernel recovers the volume and finds every file as it was. */
async function freeSpaceIsUnused(context: TestContext, volume: Taken, files: readonly MountedFile[]): Promise<void> {
  const overwritten = Buffer.from(volume.bytes);
  let free = 0;
  for await (const { offset, length } of (await open(volume.bytes)).freeRanges()) {
    overwritten.fill(0xaa, offset, offset + length);
    free += length;
  }
  assert.ok(free > 32 * mib, `${free}`);
  const sums = (found: readonly MountedFile[]): readonly string[] => found.map(({ path, sha256 }) => `${path} ${sha256}`);
  assert.deepEqual(sums(await recovered(context, { ...volume, bytes: overwritten })), sums(files));
}

/** Stretches of folders that the log has whole: where each stands in a leaf, and from which entry it reaches. */
function logRanges(leaf: Buffer): readonly { readonly folder: bigint; readonly first: bigint; readonly at: number }[] {
  const isLogLeaf = leaf.readBigInt64LE(88) === -6n && leaf[100] === 0;
  return Array.from({ length: isLogLeaf ? leaf.readUInt32LE(96) : 0 }, (_, index) => 101 + index * 25)
    .filter((at) => leaf[at + 8] === 72)
    .map((at) => ({
      folder: leaf.readBigUInt64LE(at),
      first: leaf.readBigUInt64LE(at + 9),
      at: 101 + leaf.readUInt32LE(at + 17),
    }));
}

test('stretches of a folder that several fsyncs wrote may lie over one another', async () => {
  const image = await seedImage('btrfs-pending');
  const names = async (): Promise<readonly string[]> => {
    const system = await open(image);
    assert.equal((await system.state()).note?.id, 'btrfs-replayed');
    const many = await system.child(await system.root(), 'many');
    return (await system.list(many!)).map(({ name }) => name);
  };
  const before = await names();
  let changed = 0;
  for (let at = mib; at < image.length; at += 4096) {
    const leaf = image.subarray(at, at + 4096);
    const ranges = logRanges(leaf);
    const next = ranges.findIndex(({ folder, first: from }, index) => {
      const last = ranges[index - 1];
      return last?.folder === folder && from > last.first + 1n;
    });
    if (next < 0) continue;
    // The one before reaches over what stays between them, and into the next.
    leaf.writeBigUInt64LE(ranges[next]!.first, ranges[next - 1]!.at);
    sealBtrfs(leaf);
    changed += 1;
  }
  assert.ok(changed > 0);
  const after = await names();
  assert.ok(after.length < before.length && after.every((name) => before.includes(name)), `${before.length} to ${after.length}`);
});

test('a log that is damaged is said to be, and the volume is read as its last transaction left it', async (context) => {
  if (!mayMount(context)) return;
  let { bytes } = await lived(context, shapes['as made today']!, 50_000);
  for (let seed = 51_000; !hasLog(bytes) && seed < 60_000; seed += 1000)
    ({ bytes } = await lived(context, shapes['as made today']!, seed));
  assert.ok(hasLog(bytes));
  const logical = bytes.readBigUInt64LE(logPlace);
  for (let at = mib; at < bytes.length; at += 4096) if (bytes.readBigUInt64LE(at + 48) === logical) bytes[at + 200]! ^= 1;
  const system = await open(bytes);
  const state = await system.state();
  assert.deepEqual([state.clean, state.freeSpace], [false, 'uncertain']);
  assert.equal(state.note?.id, 'btrfs-unreadable');
  // The same without a log at all.
  const without = Buffer.from(bytes);
  without.writeBigUInt64LE(0n, logPlace);
  sealBtrfs(without.subarray(superblockPlace, superblockPlace + 4096));
  assert.deepEqual(await digestsOfSystem(system), await digestsOfSystem(await open(without)));
});
