import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { bufferSource } from '#engine/blocks';
import { openFileSystem } from '#engine/formats/volumes';
import { compareFiles, compareListing } from '../../oracle/files/oracle.ts';
import { expectedOf } from '../../oracle/files/mounted-oracle.ts';
import { mounted, walkMounted } from '../../oracle/files/mounted.ts';
import { noise, temporaryFolder } from '../../fixtures/environment.ts';
import { runs } from '../../fixtures/properties.ts';
import { needs, run } from '../../fixtures/tools.ts';
import { liveOn } from '../../fixtures/volume-history.ts';

const mib = 1024 * 1024;
const tools = { 'mkfs.xfs': 'xfsprogs', xfs_io: 'xfsprogs', python3: 'python3' };

function mayMount(context: TestContext): boolean {
  if (process.getuid?.() === 0) return needs(context, tools);
  context.skip('needs root, to mount');
  return false;
}

const attributes = "import os, sys; [os.setxattr(sys.argv[1], f'user.name{index}', b'v' * 150) for index in range(20)]";

const rounds = `
import os, sys
folder = os.path.join(sys.argv[1], sys.argv[2])
os.mkdir(folder)
handle = os.open(folder, os.O_RDONLY)
for turn in range(60):
    for index in range(300): open(os.path.join(folder, f"{turn} {index}"), "w").close()
    os.fsync(handle)
    for index in range(0 if turn < 59 else 200, 300): os.remove(os.path.join(folder, f"{turn} {index}"))
    os.fsync(handle)
`;

/** Smaller than mkfs.xfs makes for anybody but its own tests, so that the log begins anew. */
function make(image: string, ...shape: readonly string[]): void {
  run('env', 'TEST_DIR=1', 'TEST_DEV=1', 'QA_CHECK_FS=1', 'mkfs.xfs', '-q', '-f', ...shape, image);
}

/** Folders of every form, files that grow in pieces, attributes, links, and much that is removed again. */
async function busy(root: string, seed: number): Promise<void> {
  await liveOn(root, seed, 100);
  for (let index = 0; index < 400; index += 1)
    await writeFile(join(root, 'c', `entry ${seed} ${index} with a long name`), `content ${index}`);
  for (let index = 0; index < 400; index += 3) await rm(join(root, 'c', `entry ${seed} ${index} with a long name`));
  for (let turn = 0; turn < 60; turn += 1)
    for (const name of ['left', 'right']) await writeFile(join(root, `${name} ${seed}`), noise(5000, turn + seed), { flag: 'a' });
  await mkdir(join(root, `deep ${seed}`, 'x', 'y'), { recursive: true });
  run('ln', '-s', 'z'.repeat(900), join(root, `deep ${seed}`, 'x', 'long link'));
  run('python3', '-c', attributes, join(root, `left ${seed}`));
  run('cp', '--reflink=auto', join(root, `right ${seed}`), join(root, `deep ${seed}`, 'copy'));
}

const shapes: readonly (readonly string[])[] = [
  [],
  ['-b', 'size=1024', '-l', 'su=256k,size=17m'],
  // In the nightly form only.
  ...(runs(1) > 1 ? [['-i', 'size=1024', '-m', 'bigtime=0,rmapbt=1']] : []),
];

/** Each with another end, and the third with rounds of the log; all of them in the nightly form only. */
function turnsOf(shape: readonly string[]): readonly number[] {
  if (runs(1) > 1) return [0, 1, 2, 3];
  return shape.length === 0 ? [1, 3] : [2];
}

for (const shape of shapes) {
  test(`what waits in the log of XFS (${shape.join(' ') || 'as made today'}) is in place as the kernel puts it`, async (context) => {
    if (!mayMount(context)) return;
    const folder = await temporaryFolder(context);
    const [image, copy, root] = [join(folder, 'volume'), join(folder, 'copy'), join(folder, 'mount')];
    await writeFile(image, '');
    await truncate(image, 160 * mib);
    await mkdir(root);
    make(image, ...shape);
    for (const turn of turnsOf(shape)) {
      const taken = await mounted(['mount', '-o', 'loop,logbsize=256k', image], root, async () => {
        await busy(root, 10 * turn + 1);
        // Rounds of the log, so that it begins anew in its middle; how many it takes is a matter of the disk below.
        for (let round = 0; turn === 2 && round < 8 && (round === 0 || roundsOf(await readFile(image)) < 2); round += 1)
          run('python3', '-c', rounds, root, `rounds ${round}`);
        if (turn === 1) run('fsfreeze', '-f', root);
        else run('xfs_io', '-x', '-c', 'fsync', root);
        await copyFile(image, copy);
        if (turn === 1) run('fsfreeze', '-u', root);
        // A crash: what is in memory and not in the log is lost.
        if (turn === 3) run('xfs_io', '-x', '-c', 'shutdown -f', root);
        return readFile(copy);
      });
      const before = turn === 3 ? await readFile(image) : taken;
      await writeFile(copy, before);
      const system = await openFileSystem(bufferSource(before));
      const state = await system.state();
      assert.deepEqual([state.clean, state.freeSpace], [false, 'exact'], `${turn}: ${state.note?.id}`);
      // Recovery by the kernel, on a copy.
      const files = await mounted(['mount', '-o', 'loop', copy], root, () => walkMounted(root));
      const expected = files.map((file) => expectedOf(file, { isUnix: true }));
      const compared = [...(await compareFiles(system, expected)), ...(await compareListing(system, expected))];
      assert.deepEqual(
        compared.filter(({ differences }) => differences.length > 0),
        [],
        `turn ${turn}`,
      );
      assert.ok(compared.length > 300, `${compared.length}`);
      if (turn === 2 && shape.length === 0) assert.ok(roundsOf(before) > 1, 'the log began anew');
      if (turn % 2 === 1) await freeSpaceIsUnused(context, before, copy);
    }
  });
}

/** How often the log was gone round, by its first record. */
function roundsOf(image: Buffer): number {
  const [groupBlocks, groupBits] = [image.readUInt32BE(84), image[124]!];
  const start = Number(image.readBigUInt64BE(48));
  const first = Math.floor(start / 2 ** groupBits) * groupBlocks + (start % 2 ** groupBits);
  return image.readUInt32BE(first * image.readUInt32BE(4) + 4);
}

/** What is called free, overwritten, costs nothing: the kernel recovers the volume and finds every file as it was. */
async function freeSpaceIsUnused(context: TestContext, image: Buffer, path: string): Promise<void> {
  const root = join(await temporaryFolder(context), 'mount');
  await mkdir(root);
  const digests = (bytes: Buffer) => async () => {
    await writeFile(path, bytes);
    return mounted(['mount', '-o', 'loop', path], root, () => walkMounted(root).map(({ path, sha256 }) => `${path} ${sha256}`));
  };
  const expected = await digests(image)();
  const overwritten = Buffer.from(image);
  const system = await openFileSystem(bufferSource(image));
  let free = 0;
  for await (const { offset, length } of system.freeRanges()) {
    overwritten.fill(0xaa, offset, offset + length);
    free += length;
  }
  assert.ok(free > 32 * mib, `${free}`);
  assert.deepEqual(await digests(overwritten)(), expected);
}

/** Where records of the log begin that recovery needs, but for the last: the kernel puts older ones in place whenever it has time to. */
function recordsToReplay(image: Buffer): readonly number[] {
  const lsnOf = (at: number): bigint => image.readBigUInt64BE(at + 16);
  const records: number[] = [];
  for (let at = 0; at < image.length; at += 512) if (image.readUInt32BE(at) === 0xfeedbabe) records.push(at);
  const inOrder = records.toSorted((a, b) => (lsnOf(a) < lsnOf(b) ? -1 : 1));
  const last = inOrder.at(-1)!;
  const tail = image.readBigUInt64BE(last + 24);
  return inOrder.filter((at) => lsnOf(at) >= tail && at !== last);
}

test('a log that is damaged before its end is said to be, and the volume is read without what comes after', async (context) => {
  if (!mayMount(context)) return;
  const folder = await temporaryFolder(context);
  const [image, root] = [join(folder, 'volume'), join(folder, 'mount')];
  await writeFile(image, '');
  await truncate(image, 160 * mib);
  await mkdir(root);
  make(image);
  const bytes = await mounted(['mount', '-o', 'loop', image], root, async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await busy(root, turn + 900);
      run('xfs_io', '-x', '-c', 'fsync', root);
    }
    return readFile(image);
  });
  const waiting = recordsToReplay(bytes).filter((at) => bytes.readUInt32BE(at + 12) > 2000);
  assert.ok(waiting.length > 0);
  bytes[waiting[Math.floor(waiting.length / 2)]! + 2000]! ^= 1;
  const state = await (await openFileSystem(bufferSource(bytes))).state();
  assert.deepEqual([state.clean, state.freeSpace], [false, 'uncertain']);
  assert.equal(state.note?.id, 'xfs-cut-off');
});
