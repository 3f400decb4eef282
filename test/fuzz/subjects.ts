import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { bufferSource, overlaid, readBytes } from '#engine/blocks';
import { createVhdx, editVhdx } from '#engine/formats/vhdx';
import { HostkeepError } from '#contract';
import type { ImageFile } from '../../main/engine/formats/image-file.ts';
import { vhdxDisk } from '../../main/engine/formats/vhdx/disk.ts';
import { checksumOf } from '../../main/engine/formats/vhdx/header.ts';
import { parseImage } from '../../main/engine/formats/vhdx/image.ts';
import { seedWrites } from '../../main/lab/assets.ts';
import { labVms } from '../../main/lab/vms.ts';
import { noise } from '../fixtures/environment.ts';
import { coded, diskSubject, walkDisk, type Subject } from './disk-subject.ts';
import { mutate } from './mutate.ts';
import { ntfsSubject } from './ntfs.ts';
import { objectSubjects } from './object-subjects.ts';
import { extSeeds, otherSeeds, seedSubjects } from './seed-subjects.ts';
import { xfsLogSubject } from './xfs-log.ts';

const mib = 1024 * 1024;

/** The partition table, with its checksums mended, so that the change is believed. */
function gptSubject(image: Buffer): Subject {
  return {
    name: 'gpt',
    async attempt(next) {
      const table = Buffer.from(image.subarray(0, 34 * 512));
      mutate(table.subarray(512, 512 + 92), next);
      if (next(2) === 0) mutate(table.subarray(1024, 1024 + 256), next);
      if (next(4) > 0) {
        table.writeUInt32LE(crc32(table.subarray(1024, 34 * 512)), 512 + 88);
        table.writeUInt32LE(0, 512 + 16);
        table.writeUInt32LE(crc32(table.subarray(512, 512 + 92)), 512 + 16);
      }
      await walkDisk(overlaid(bufferSource(image), [{ offset: 0, bytes: table }]), next);
    },
  };
}

async function vhdxImage(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'hostkeep-fuzz-'));
  const path = join(folder, 'base.vhdx');
  const shape = {
    sizeBytes: 16 * mib,
    blockSize: mib,
    logicalSectorSize: 512,
    physicalSectorSize: 4096,
    diskId: randomUUID(),
    fixed: false,
    parent: { parent_linkage: `{${randomUUID()}}`, relative_path: '.\\p.vhdx' },
  };
  await createVhdx({ path, shape, guids: { sequenceNumber: 1n, fileWriteGuid: randomUUID(), dataWriteGuid: randomUUID() } });
  const editor = await editVhdx(path, randomUUID);
  await editor.write(0, noise(8192, 1));
  await editor.write(5 * mib - 512, noise(2048, 2));
  await editor.close();
  const bytes = await readFile(path);
  await rm(folder, { recursive: true });
  return bytes;
}

const vhdxParts = [
  { offset: 64 * 1024, length: 4096, sum: true },
  { offset: 128 * 1024, length: 4096, sum: true },
  { offset: 192 * 1024, length: 65_536, used: 80, sum: true },
  { offset: 256 * 1024, length: 65_536, used: 80, sum: true },
  { offset: 2 * mib, length: 256, sum: false },
  { offset: 2 * mib + 65_536, length: 512, sum: false },
  { offset: 3 * mib, length: 8 * 18, sum: false },
  { offset: mib, length: 4096, sum: false },
] as const;

async function vhdxSubject(): Promise<Subject> {
  const sound = await vhdxImage();
  const parent = bufferSource(Buffer.alloc(16 * mib));
  // One copy for all attempts: making it anew costs more than reading what is in it.
  const bytes = Buffer.from(sound);
  return {
    name: 'vhdx',
    async attempt(next) {
      for (const { offset, length } of vhdxParts) sound.copy(bytes, offset, offset, offset + length);
      for (let count = 1 + next(3); count > 0; count -= 1) {
        const part = vhdxParts[next(vhdxParts.length)]!;
        const whole = bytes.subarray(part.offset, part.offset + part.length);
        mutate(whole.subarray(0, 'used' in part ? part.used : Math.min(whole.length, 256)), next);
        if (part.sum && next(4) > 0) whole.writeUInt32LE(checksumOf(whole), 4);
      }
      const image = await parseImage(fileOf(bytes));
      const disk = vhdxDisk(image, image.metadata.differencing ? parent : undefined);
      for (let offset = 0; offset < Math.min(disk.sizeBytes, 32 * mib); offset += mib) {
        const length = Math.min(mib, disk.sizeBytes - offset);
        // Blocks are a mebibyte: the start of each, and what lies across the end of it, ask for all that its entry says.
        await coded(() => readBytes(disk, offset, Math.min(4096, length)), Buffer.alloc(0));
        const end = Math.min(disk.sizeBytes, offset + mib + 4096);
        await coded(() => readBytes(disk, Math.max(offset, end - 8192), Math.min(8192, end - offset)), Buffer.alloc(0));
        await coded(() => disk.extents(offset, length), []);
      }
    },
  };
}

function fileOf(bytes: Buffer): ImageFile {
  return {
    path: 'memory',
    sizeBytes: bytes.length,
    async read(position, target) {
      if (position < 0 || position > bytes.length - target.byteLength) throw new HostkeepError('format/truncated', { position });
      target.set(bytes.subarray(position, position + target.byteLength));
    },
    close: async () => undefined,
  };
}

/** What is one format: its subjects are tried in turns. */
export type SubjectGroup = readonly Subject[];

/** In groups, one a format; a run works through the groups in turns. */
export async function allSubjects(): Promise<readonly SubjectGroup[]> {
  return [...(await fileSystems()), ...(await otherFormats())];
}

export async function fileSystems(): Promise<readonly SubjectGroup[]> {
  const isExtentNode = (block: Buffer): boolean => block.readUInt16LE(0) === 0xf30a;
  const isFolder = (block: Buffer): boolean => block.readUInt16LE(6) === 0x0201 && block.readUInt8(8) === 0x2e;
  const linuxStart = 9 * mib;
  const ext4 = (block: Buffer, offset: number): boolean =>
    (offset >= linuxStart && offset < linuxStart + 700 * 1024) || isExtentNode(block) || isFolder(block);
  const linux = await seedImage('lnx01');
  return [
    [await ntfsSubject('ntfs'), await ntfsSubject('ntfs-dedup')],
    [diskSubject('ext4 of the lab', { image: linux, isStructure: ext4 }), ...(await seedSubjects(extSeeds))],
    ...(await Promise.all(otherSeeds.map(seedSubjects))),
  ];
}

/** Virtual disks, partition tables, a log, and objects in files. */
export async function otherFormats(): Promise<readonly SubjectGroup[]> {
  const windows = await seedImage('app01-data');
  return [[await vhdxSubject()], [gptSubject(windows)], [await xfsLogSubject()], ...objectSubjects()];
}

/** A disk of the lab on its first day. */
async function seedImage(asset: string): Promise<Buffer> {
  const image = Buffer.alloc(labVms.flatMap((vm) => vm.disks).find((disk) => disk.asset === asset)!.sizeBytes);
  for (const { offset, bytes } of await seedWrites(asset)) bytes.copy(image, offset);
  return image;
}
