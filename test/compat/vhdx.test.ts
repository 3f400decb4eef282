import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, open, readdir, readFile, rename, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { hasCode } from '#contract';
import { readBytes } from '#engine/blocks';
import { crc32c } from '#engine/bytes';
import { createVhdx, editVhdx, mergeIntoParent, openVhdx } from '#engine/formats/vhdx';
import { restoreDisk } from '#engine/recovery';
import { openDisk } from '../../main/engine/formats/open-disk.ts';
import { folderRepository, noise, quiet, sha256, temporaryFolder } from '../fixtures/environment.ts';
import { backUpImage } from '../fixtures/points.ts';
import { needs, run } from '../fixtures/tools.ts';

const mib = 1024 * 1024;
const qemu = { 'qemu-img': 'qemu-utils', 'qemu-io': 'qemu-utils' };

/** A disk with content at the start, over a block's edge, and at the very end. */
function content(sizeBytes: number): Buffer {
  const disk = Buffer.alloc(sizeBytes);
  noise(3 * mib + 4096, 3).copy(disk, 0);
  noise(70_000, 4).copy(disk, 32 * mib - 30_000);
  noise(5_120, 5).copy(disk, sizeBytes - 5_120);
  return disk;
}

async function makeImages(context: TestContext, options: string): Promise<{ folder: string; raw: string; vhdx: string }> {
  const folder = await temporaryFolder(context);
  const raw = join(folder, 'disk.raw');
  const vhdx = join(folder, 'disk.vhdx');
  await writeFile(raw, content(48 * mib + 1024));
  run('qemu-img', 'convert', '-f', 'raw', '-O', 'vhdx', '-o', options, raw, vhdx);
  run('qemu-img', 'convert', '-f', 'vhdx', '-O', 'raw', vhdx, `${raw}.qemu`);
  return { folder, raw: `${raw}.qemu`, vhdx };
}

for (const options of [
  'subformat=dynamic',
  'subformat=dynamic,block_size=1M',
  'subformat=dynamic,block_size=256M',
  'subformat=fixed',
  'subformat=fixed,block_size=8M',
]) {
  test(`a VHDX made by qemu-img with ${options} comes back as raw and as VHDX`, async (context) => {
    if (!needs(context, qemu)) return;
    const { folder, raw, vhdx } = await makeImages(context, options);
    const repository = await folderRepository(context);
    const { point } = await backUpImage(repository, { image: vhdx });
    const [rawBack, vhdxBack] = [join(folder, 'back.raw'), join(folder, 'back.vhdx')];
    await restoreDisk(repository, point, 0, { to: rawBack, format: 'raw', ...quiet });
    assert.equal(await sha256(rawBack), await sha256(raw));
    await restoreDisk(repository, point, 0, { to: vhdxBack, format: 'vhdx', ...quiet });
    run('qemu-img', 'check', '-f', 'vhdx', vhdxBack);
    run('qemu-img', 'compare', '-f', 'vhdx', '-F', 'raw', vhdxBack, raw);
    const [before, after] = [await openDisk({ format: 'vhdx', path: vhdx }), await openDisk({ format: 'vhdx', path: vhdxBack })];
    assert.deepEqual(after.image, before.image);
    assert.equal(after.sizeBytes, before.sizeBytes);
    await before.close();
    await after.close();
  });
}

test('a disk that was not closed cleanly is read through its log, and left as it is', async (context) => {
  if (!needs(context, qemu)) return;
  const { raw, vhdx } = await makeImages(context, 'subformat=dynamic');
  const dirty = `${vhdx}.dirty`;
  await copyFile(vhdx, dirty);
  await moveBatIntoLog(dirty);
  const before = await sha256(dirty);
  const disk = await openDisk({ format: 'vhdx', path: dirty });
  const bytes = await readBytes(disk, 0, disk.sizeBytes);
  await disk.close();
  await writeFile(`${raw}.ours`, bytes);
  assert.equal(await sha256(`${raw}.ours`), await sha256(raw));
  assert.equal(await sha256(dirty), before);
  // Shorter than it was when the log was flushed, it has lost what the log builds on [2.3.1].
  const short = `${vhdx}.short`;
  await copyFile(dirty, short);
  await truncate(short, (await stat(short)).size - mib);
  await assert.rejects(openDisk({ format: 'vhdx', path: short }), (error) => hasCode(error, 'format/vhdx-corrupt'));
  // Without its log the file is not what the disk holds: a byte of it changed is never passed over.
  const { header } = await topOf(vhdx);
  for (const at of [4, 40, 4096 + 100]) {
    const file = await open(dirty, 'r+');
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, header.logOffset + at);
    await file.write(Buffer.from([byte[0]! ^ 1]), 0, 1, header.logOffset + at);
    await assert.rejects(openDisk({ format: 'vhdx', path: dirty }), (error) => hasCode(error, 'format/vhdx-corrupt'));
    await file.write(byte, 0, 1, header.logOffset + at);
    await file.close();
  }
});

async function topOf(path: string) {
  const { disk, top } = await openVhdx({ path });
  await disk.close();
  return top;
}

/** Writes the first 4 KiB of the BAT as a log entry (MS-VHDX 2.3), wipes it in place, and names the log in the newer header. */
async function moveBatIntoLog(path: string): Promise<void> {
  const top = await topOf(path);
  const file = await open(path, 'r+');
  const logGuid = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
  const bat = Buffer.alloc(4096);
  await file.read(bat, 0, 4096, top.regions.bat.offset);
  const fileSize = (await file.stat()).size;
  const entry = Buffer.alloc(8192);
  entry.write('loge', 0);
  entry.writeUInt32LE(8192, 8);
  entry.writeBigUInt64LE(7n, 16);
  entry.writeUInt32LE(1, 24);
  logGuid.copy(entry, 32);
  entry.writeBigUInt64LE(BigInt(fileSize), 48);
  entry.writeBigUInt64LE(BigInt(fileSize), 56);
  entry.write('desc', 64);
  bat.copy(entry, 68, 4092);
  bat.copy(entry, 72, 0, 8);
  entry.writeBigUInt64LE(BigInt(top.regions.bat.offset), 80);
  entry.writeBigUInt64LE(7n, 88);
  bat.copy(entry, 4096);
  entry.write('data', 4096);
  entry.writeUInt32LE(0, 4100);
  entry.writeUInt32LE(7, 8188);
  entry.writeUInt32LE(crc32c(entry), 4);
  await file.write(entry, 0, entry.length, top.header.logOffset);
  await file.write(Buffer.alloc(4096), 0, 4096, top.regions.bat.offset);
  const header = Buffer.alloc(4096);
  await file.read(header, 0, 4096, (top.header.slot + 1) * 65_536);
  header.writeBigUInt64LE(top.header.sequenceNumber + 1n, 8);
  logGuid.copy(header, 48);
  header.writeUInt32LE(0, 4);
  header.writeUInt32LE(crc32c(header), 4);
  await file.write(header, 0, 4096, (2 - top.header.slot) * 65_536);
  await file.close();
}

for (const sector of [512, 4096]) {
  test(`a chain of differencing disks with ${sector}-byte sectors reads as it was written, and merges`, async (context) => {
    const folder = await temporaryFolder(context);
    const model = Buffer.alloc(24 * mib);
    const shape = {
      sizeBytes: model.length,
      blockSize: 2 * mib,
      logicalSectorSize: sector,
      physicalSectorSize: 4096,
      diskId: randomUUID(),
      fixed: false,
    };
    const guids = () => ({ sequenceNumber: 1n, fileWriteGuid: randomUUID(), dataWriteGuid: randomUUID() });
    const paths = ['base.vhdx', 'one.avhdx', 'two.avhdx'].map((name) => join(folder, name));
    for (const [level, path] of paths.entries()) {
      const parentPath = paths[level - 1];
      const parent = parentPath === undefined ? undefined : await locatorOf(parentPath);
      await createVhdx({ path, shape: parent === undefined ? shape : { ...shape, parent }, guids: guids() });
      const editor = await editVhdx(path, randomUUID);
      for (let write = 0; write < 20; write += 1) {
        const offset = ((write * 7_919 + level * 104_729) % (model.length / sector - 64)) * sector;
        const bytes = noise(sector * (1 + (write % 40)), level * 100 + write + 1);
        bytes.copy(model, offset);
        await editor.write(offset, bytes);
      }
      await editor.close();
    }
    assert.ok((await wholeDisk(paths[2]!)).equals(model), 'the chain');
    if (needs(context, { '7z': 'p7zip-full' })) {
      run('7z', 'x', '-y', `-o${folder}/7z`, paths[2]!);
      const [name] = await readdir(join(folder, '7z'));
      assert.equal(await sha256(join(folder, '7z', name!)), await sha256(await written(folder, model)), '7z reads the same');
    }
    await mergeIntoParent(paths[2]!, paths[1]!, randomUUID);
    assert.ok((await wholeDisk(paths[1]!)).equals(model), 'after the merge');
  });
}

async function locatorOf(path: string): Promise<Readonly<Record<string, string>>> {
  const top = await topOf(path);
  return { parent_linkage: `{${top.header.dataWriteGuid}}`, relative_path: `.\\${path.split('/').at(-1)}` };
}

async function wholeDisk(path: string): Promise<Buffer> {
  const disk = await openDisk({ format: 'vhdx', path });
  const bytes = await readBytes(disk, 0, disk.sizeBytes);
  await disk.close();
  return bytes;
}

async function written(folder: string, bytes: Buffer): Promise<string> {
  const path = join(folder, 'model.raw');
  await writeFile(path, bytes);
  return path;
}

for (const sector of [512, 4096]) {
  test(`a chain of three with ${sector}-byte sectors is backed up from its last file and comes back whole, wherever its parents have gone`, async (context) => {
    const { folder, paths, model } = await smallChain(context, sector);
    const [base, one, two] = paths as [string, string, string];
    const repository = await folderRepository(context);
    const comesBack = async (name: string): Promise<void> => {
      const { point } = await backUpImage(repository, { image: two });
      for (const format of ['raw', 'vhdx'] as const) {
        const back = join(folder, `${name}.${format}`);
        await restoreDisk(repository, point, 0, { to: back, format, ...quiet });
        if (format === 'raw') assert.ok((await readFile(back)).equals(model), name);
        else assert.ok((await wholeDisk(back)).equals(model), name);
      }
      const back = await topOf(join(folder, `${name}.vhdx`));
      assert.deepEqual(
        [back.metadata.logicalSectorSize, back.metadata.blockSize, back.metadata.diskId, back.metadata.differencing],
        [sector, mib, (await topOf(base)).metadata.diskId, false],
      );
    };
    await comesBack('as made');

    const isMissing = (error: unknown): boolean =>
      hasCode(error, 'format/vhdx-parent-missing') && JSON.stringify(error.details).includes('one.avhdx');
    await rename(one, join(folder, 'other name.avhdx'));
    await assert.rejects(backUpImage(repository, { image: two }), isMissing);
    await rename(join(folder, 'other name.avhdx'), one);
    // Moved together, as a VM's folder is: what is relative still holds.
    const elsewhere = join(folder, 'elsewhere');
    await mkdir(elsewhere);
    for (const path of paths) await copyFile(path, join(elsewhere, basename(path)));
    assert.ok((await wholeDisk(join(elsewhere, 'two.avhdx'))).equals(model));
    // Written to since its child was made: what the child holds no longer fits.
    const editor = await editVhdx(one, randomUUID);
    await editor.write(0, noise(sector, 99));
    await editor.close();
    await assert.rejects(backUpImage(repository, { image: two }), (error) => hasCode(error, 'format/vhdx-parent-mismatch'));
  });
}

/** Three files of one small disk, and what is on it. */
async function smallChain(context: TestContext, sector: number) {
  const folder = await temporaryFolder(context);
  const model = Buffer.alloc(5 * mib);
  const shape = {
    sizeBytes: model.length,
    blockSize: mib,
    logicalSectorSize: sector,
    physicalSectorSize: 4096,
    fixed: false,
  } as const;
  const paths = ['base.vhdx', 'one.avhdx', 'two.avhdx'].map((name) => join(folder, name));
  const diskId = randomUUID();
  for (const [level, path] of paths.entries()) {
    const parent = level === 0 ? undefined : await locatorOf(paths[level - 1]!);
    const guids = { sequenceNumber: 1n, fileWriteGuid: randomUUID(), dataWriteGuid: randomUUID() };
    await createVhdx({ path, shape: { ...shape, diskId, ...(parent === undefined ? {} : { parent }) }, guids });
    const editor = await editVhdx(path, randomUUID);
    for (const at of [level, level + 1, 4]) {
      const bytes = noise(sector * 3, level * 10 + at + 1);
      bytes.copy(model, at * mib + level * sector);
      await editor.write(at * mib + level * sector, bytes);
    }
    await editor.close();
  }
  return { folder, paths, model };
}
