/**
 * Makes the seed images of the lab in assets/lab, with the real drivers: needs root, gdisk, ntfs-3g, e2fsprogs, dosfstools and zstd.
 * `node build/lab-seeds/make.ts`. The images are filled with paragraphs from a small pool, so that they compress well and yet differ
 * everywhere. Four states of each disk are made, a day apart; the first is shipped whole, the others as blocks that differ.
 */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
  openSync,
  ftruncateSync,
  closeSync,
  appendFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { days, disks, type SeedDisk } from './content.ts';

const blockBytes = 4096;
const assets = new URL('../../assets/lab/', import.meta.url).pathname;
const work = mkdtempSync(join(tmpdir(), 'hostkeep-seeds-'));

function run(command: string, ...parameters: readonly string[]): string {
  return execFileSync(command, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function makeDisk(disk: SeedDisk): string {
  const image = join(work, `${disk.asset}.raw`);
  const file = openSync(image, 'w');
  ftruncateSync(file, disk.megabytes * 1024 * 1024);
  closeSync(file);
  const efi = disk.boots ? ['-n', '1:2048:+8M', '-t', '1:ef00', '-c', '1:EFI'] : [];
  const number = disk.boots ? '2' : '1';
  run(
    'sgdisk',
    ...efi,
    '-n',
    `${number}:0:0`,
    '-t',
    `${number}:${disk.fileSystem === 'ntfs' ? '0700' : '8300'}`,
    '-c',
    `${number}:Data`,
    image,
  );
  const start = Number(/First sector: (\d+)/.exec(run('sgdisk', '-i', number, image))![1]) * 512;
  const end = (Number(/Last sector: (\d+)/.exec(run('sgdisk', '-i', number, image))![1]) + 1) * 512;
  withLoop(image, start, end - start, (device) => {
    if (disk.fileSystem === 'ntfs') run('mkntfs', '-Q', '-F', '-L', disk.label, device);
    else run('mkfs.ext4', '-q', '-O', '^metadata_csum_seed,^has_journal', '-L', disk.label, device);
  });
  if (disk.boots) withLoop(image, 2048 * 512, 8 * 1024 * 1024, (device) => void run('mkfs.vfat', '-n', 'EFI', device));
  for (let day = 0; day < days; day += 1) {
    mounted(image, { disk, start, length: end - start }, (root) => disk.fill(day, (path) => fileIn(root, path)));
    copyFileSync(image, join(work, `${disk.asset}.day${day}`));
  }
  return image;
}

function fileIn(root: string, path: string): string {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  return full;
}

function withLoop(image: string, offset: number, length: number, act: (device: string) => void): void {
  const device = run('losetup', '--find', '--show', '--offset', String(offset), '--sizelimit', String(length), image).trim();
  try {
    act(device);
  } finally {
    run('losetup', '--detach', device);
  }
}

function mounted(
  image: string,
  part: { readonly disk: SeedDisk; readonly start: number; readonly length: number },
  act: (root: string) => void,
): void {
  withLoop(image, part.start, part.length, (device) => {
    const root = mkdtempSync(join(work, 'mount-'));
    if (part.disk.fileSystem === 'ntfs') run('ntfs-3g', device, root);
    else run('mount', device, root);
    try {
      act(root);
    } finally {
      run('umount', root);
    }
  });
}

/** Blocks that differ between a day and the one before, or an empty disk: count, block numbers, then the blocks. */
function difference(from: Buffer, to: Buffer): Buffer {
  const blocks: number[] = [];
  for (let at = 0; at < to.length; at += blockBytes)
    if (from.compare(to, at, at + blockBytes, at, at + blockBytes) !== 0) blocks.push(at / blockBytes);
  const head = Buffer.alloc(4 + blocks.length * 4);
  head.writeUInt32LE(blocks.length, 0);
  blocks.forEach((block, index) => head.writeUInt32LE(block, 4 + index * 4));
  return Buffer.concat([head, ...blocks.map((block) => to.subarray(block * blockBytes, (block + 1) * blockBytes))]);
}

mkdirSync(assets, { recursive: true });
for (const disk of disks) {
  makeDisk(disk);
  const states = Array.from({ length: days }, (_, day) => readFileSync(join(work, `${disk.asset}.day${day}`)));
  const daysFile = join(work, `${disk.asset}.days`);
  writeFileSync(daysFile, '');
  states.forEach((state, day) => appendFileSync(daysFile, difference(state, states[(day + 1) % days]!)));
  const seedFile = join(work, `${disk.asset}.seed`);
  writeFileSync(seedFile, difference(Buffer.alloc(states[0]!.length), states[0]!));
  run('zstd', '-19', '--long=27', '-q', '-f', seedFile, '-o', join(assets, `${disk.asset}.zst`));
  run('zstd', '-19', '-q', '-f', daysFile, '-o', join(assets, `${disk.asset}.days.zst`));
}
rmSync(work, { recursive: true });
