import assert from 'node:assert/strict';
import { copyFile, mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '#contract';
import { readBytes } from '#engine/blocks';
import { restoreDisk } from '#engine/recovery';
import { describeImage, openDisk } from '../../main/engine/formats/open-disk.ts';
import { folderRepository, noise, quiet, sha256, temporaryFolder } from '../fixtures/environment.ts';
import { backUpImage } from '../fixtures/points.ts';
import { needs, run } from '../fixtures/tools.ts';

const mib = 1024 * 1024;
const qemu = { 'qemu-img': 'qemu-utils' };

function content(sizeBytes: number): Buffer {
  const disk = Buffer.alloc(sizeBytes);
  noise(3 * mib + 4096, 3).copy(disk, 0);
  noise(70_000, 4).copy(disk, 32 * mib - 30_000);
  noise(5_120, 5).copy(disk, sizeBytes - 5_120);
  return disk;
}

async function makeImage(context: TestContext, subformat: string): Promise<{ folder: string; raw: string; vhd: string }> {
  const folder = await temporaryFolder(context);
  const [raw, vhd] = [join(folder, 'disk.raw'), join(folder, 'disk.vhd')];
  await writeFile(raw, content(50 * mib + 1024));
  run('qemu-img', 'convert', '-f', 'raw', '-O', 'vpc', '-o', `subformat=${subformat},force_size=on`, raw, vhd);
  return { folder, raw, vhd };
}

for (const subformat of ['dynamic', 'fixed']) {
  test(`a ${subformat} VHD made by qemu-img is backed up and comes back as raw and as VHDX`, async (context) => {
    if (!needs(context, qemu)) return;
    const { folder, raw, vhd } = await makeImage(context, subformat);
    assert.deepEqual(await describeImage(vhd), { format: 'vhd', path: vhd });
    const repository = await folderRepository(context);
    const { point } = await backUpImage(repository, { image: vhd });
    const [rawBack, vhdxBack] = [join(folder, 'back.raw'), join(folder, 'back.vhdx')];
    await restoreDisk(repository, point, 0, { to: rawBack, format: 'raw', ...quiet });
    assert.equal(await sha256(rawBack), await sha256(raw));
    await restoreDisk(repository, point, 0, { to: vhdxBack, format: 'vhdx', ...quiet });
    run('qemu-img', 'compare', '-f', 'vhdx', '-F', 'vpc', vhdxBack, vhd);
  });
}

test('a dynamic VHD whose footer is gone is read by the copy at its start', async (context) => {
  if (!needs(context, qemu)) return;
  const { raw, vhd } = await makeImage(context, 'dynamic');
  const bytes = await readFile(vhd);
  await writeFile(vhd, bytes.fill(0, bytes.length - 512));
  const disk = await openDisk(await describeImage(vhd));
  assert.ok((await readBytes(disk, 0, disk.sizeBytes)).equals(await readFile(raw)));
  await disk.close();
});

/** Rewrites a structure's checksum: the ones' complement of the sum of its bytes. */
function seal(bytes: Buffer, at: number): Buffer {
  bytes.writeUInt32BE(0, at);
  return (bytes.writeUInt32BE(~bytes.reduce((sum, byte) => sum + byte, 0) >>> 0, at), bytes);
}

/** A child over a parent, as Hyper-V makes it: the sectors of its first block that a pattern of bits names, and its whole last block. */
async function makeChild(parent: string, child: string, pattern: readonly number[]): Promise<Buffer> {
  const base = await readFile(parent);
  const footer = Buffer.from(base.subarray(base.length - 512));
  const parentId = Buffer.from(footer.subarray(68, 84));
  const sizeBytes = Number(footer.readBigUInt64BE(48));
  const blockSize = 2 * mib;
  const blocks = Math.ceil(sizeBytes / blockSize);
  footer.writeUInt32BE(4, 60);
  footer.writeBigUInt64BE(512n, 16);
  noise(16, 77).copy(footer, 68);
  seal(footer, 64);
  const header = Buffer.alloc(1024);
  header.write('cxsparse');
  header.writeBigUInt64BE(0xffff_ffff_ffff_ffffn, 8);
  header.writeBigUInt64BE(2048n, 16);
  header.writeUInt32BE(0x10000, 24);
  header.writeUInt32BE(blocks, 28);
  header.writeUInt32BE(blockSize, 32);
  parentId.copy(header, 40);
  Buffer.from('disk.vhd', 'utf16le').swap16().copy(header, 64);
  const path = Buffer.from('.\\disk.vhd', 'utf16le');
  header.write('W2ru', 576);
  header.writeUInt32BE(512, 580);
  header.writeUInt32BE(path.length, 584);
  header.writeBigUInt64BE(1536n, 592);
  seal(header, 36);
  const table = Buffer.alloc(Math.ceil((blocks * 4) / 512) * 512, 0xff);
  const start = (2048 + table.length) / 512;
  table.writeUInt32BE(start, 0);
  table.writeUInt32BE(start + 1 + blockSize / 512, (blocks - 1) * 4);
  const own = noise(2 * blockSize, 8);
  const locatorSector = Buffer.alloc(512);
  path.copy(locatorSector);
  const bitmaps = [Buffer.alloc(512, Buffer.from(pattern)), Buffer.alloc(512, 0xff)];
  await writeFile(
    child,
    Buffer.concat([
      footer,
      header,
      locatorSector,
      table,
      bitmaps[0]!,
      own.subarray(0, blockSize),
      bitmaps[1]!,
      own.subarray(blockSize),
      footer,
    ]),
  );
  const expected = await readFile(`${parent}.raw`);
  const isOwn = (sector: number): boolean => (bitmaps[0]![sector >>> 3]! & (0x80 >>> (sector & 7))) !== 0;
  for (let sector = 0; sector < blockSize / 512; sector += 1)
    if (isOwn(sector)) own.copy(expected, sector * 512, sector * 512, (sector + 1) * 512);
  own.copy(expected, (blocks - 1) * blockSize, blockSize, blockSize + sizeBytes - (blocks - 1) * blockSize);
  return expected;
}

test('a differencing VHD is read over its parent, sector by sector, as libvhdi reads it', async (context) => {
  if (!needs(context, { ...qemu, vhdiinfo: 'libvhdi-utils' })) return;
  const { folder, raw, vhd } = await makeImage(context, 'dynamic');
  await copyFile(raw, `${vhd}.raw`);
  const child = join(folder, 'child.vhd');
  // libvhdi of 2021 looks at whole bytes of the bitmap only.
  await assertLibvhdiReads(child, await makeChild(vhd, child, [0xff, 0, 0]));
  const expected = await makeChild(vhd, child, [0xff, 0, 0xf0, 0x01, 0xaa]);
  const disk = await openDisk(await describeImage(child));
  assert.ok((await readBytes(disk, 0, disk.sizeBytes)).equals(expected));
  assert.ok((await readBytes(disk, 700, 5_000)).equals(expected.subarray(700, 5_700)));
  await disk.close();
  const repository = await folderRepository(context);
  const { point } = await backUpImage(repository, { image: child });
  await restoreDisk(repository, point, 0, { to: join(folder, 'back.raw'), format: 'raw', ...quiet });
  assert.ok((await readFile(join(folder, 'back.raw'))).equals(expected));

  await rename(vhd, `${vhd}.away`);
  await assert.rejects(describeAndOpen(child), (error) => hasCode(error, 'format/vhd-parent-missing'));
  const other = await makeImage(context, 'dynamic');
  await copyFile(other.vhd, vhd);
  await assert.rejects(describeAndOpen(child), (error) => hasCode(error, 'format/vhd-parent-mismatch'));
});

/** libvhdi finds the parent by its name beside the child. */
async function assertLibvhdiReads(child: string, expected: Buffer): Promise<void> {
  assert.match(run('vhdiinfo', child), /Disk type\s+: Differential/);
  const mountPoint = `${child}.mount`;
  await mkdir(mountPoint);
  run('vhdimount', child, mountPoint);
  try {
    // One file per layer, the child last.
    const name = (await readdir(mountPoint)).toSorted().at(-1);
    const theirs = await readFile(join(mountPoint, name!));
    assert.ok(theirs.equals(expected), 'libvhdi reads other bytes');
  } finally {
    run('umount', mountPoint);
  }
}

async function describeAndOpen(path: string): Promise<void> {
  await (await openDisk(await describeImage(path))).close();
}

test('the differencing VHD of dfvfs, whose parent is not here, is refused with the parent\u2019s name', async (context) => {
  const path = new URL('../../../shared/images/fat-differential.vhd', import.meta.url).pathname;
  const candidates = [path, '/work/shared/images/fat-differential.vhd'];
  const found = (await Promise.all(candidates.map(async (one) => ((await isThere(one)) ? one : undefined)))).find(Boolean);
  if (found === undefined) return context.skip('needs ../shared/images/fat-differential.vhd');
  await assert.rejects(describeAndOpen(found), (error) => {
    assert.ok(hasCode(error, 'format/vhd-parent-missing'), String(error));
    assert.match(error.message, /fat-parent\.vhd/i);
    return true;
  });
});

async function bytesOf(path: string): Promise<Buffer> {
  const disk = await openDisk(await describeImage(path));
  try {
    return await readBytes(disk, 0, disk.sizeBytes);
  } finally {
    await disk.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}

test('damage of each structure of a VHD is refused with its code, or harmless', async (context) => {
  if (!needs(context, qemu)) return;
  const { raw, vhd } = await makeImage(context, 'dynamic');
  const bytes = await readFile(vhd);
  const expected = await readFile(raw);
  const places = { copy: 60, header: 512 + 32, table: 1536 + 5, footer: bytes.length - 512 + 50 };
  for (const [name, at] of Object.entries(places)) {
    const file = await open(vhd, 'w');
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 0x41;
    await file.write(damaged);
    await file.close();
    try {
      assert.ok((await bytesOf(vhd)).equals(expected), `${name}: wrong bytes`);
    } catch (error) {
      assert.ok(hasCode(error, 'format/vhd-corrupt', 'format/truncated'), `${name}: ${String(error)}`);
    }
  }
});
