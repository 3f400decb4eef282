import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noise } from '../fixtures/environment.ts';
import { folder } from './place.ts';

const gib = 1024 ** 3;
/** What the volume holds: one folder with many files, many folders with some, and one large file. */
export const shape = { inOneFolder: 100_000, folders: 4000, perFolder: 100, largeBytes: gib };
export const fileCount = shape.inOneFolder + shape.folders * shape.perFolder;
export const filesImage = join(folder, 'files.raw');
/** The same files as a folder, for tools that back up files. */
export const filesFolder = join(folder, 'files');

const names = ['Report', 'invoice', 'IMG_', 'setup', 'msvcrt', 'readme', 'Budget', 'notes'];
const kinds = ['docx', 'pdf', 'jpg', 'exe', 'dll', 'txt', 'xlsx', 'md'];

/** A name as people and programs give them. */
export function nameOf(number: number): string {
  const at = (number * 2_654_435_761) >>> 0;
  return `${names[at % 8]}${number} ${(at >>> 8).toString(36)}.${kinds[(at >>> 4) % 8]}`;
}

/** A folder of files, and an ext4 volume with a copy of them; both are kept. Needs root. */
export function makeFilesVolume(): void {
  if (existsSync(filesImage)) return;
  rmSync(filesFolder, { recursive: true, force: true });
  const many = join(filesFolder, 'many');
  mkdirSync(many, { recursive: true });
  for (let number = 0; number < shape.inOneFolder; number += 1) writeOne(many, number);
  for (let at = 0; at < shape.folders; at += 1) {
    const below = join(filesFolder, 'tree', `d${at % 40}`, `project ${at}`);
    mkdirSync(below, { recursive: true });
    for (let number = 0; number < shape.perFolder; number += 1) writeOne(below, at * shape.perFolder + number);
  }
  const piece = noise(64 * 1024 * 1024, 7);
  const large = join(filesFolder, 'large.bin');
  for (let at = 0; at < shape.largeBytes; at += piece.length) {
    piece.writeUInt32LE(at, 0);
    writeFileSync(large, piece, { flag: 'a' });
  }
  const making = `${filesImage}.making`;
  writeFileSync(making, '');
  truncateSync(making, 3 * gib);
  execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', '-b', '4096', '-N', String(fileCount + 20_000), making]);
  const mount = join(folder, 'files-mount');
  mkdirSync(mount, { recursive: true });
  execFileSync('mount', ['-o', 'loop', making, mount]);
  try {
    execFileSync('cp', ['-a', `${filesFolder}/.`, mount]);
  } finally {
    execFileSync('umount', [mount]);
  }
  renameSync(making, filesImage);
}

/** Every fifth has content. */
function writeOne(below: string, number: number): void {
  writeFileSync(join(below, nameOf(number)), number % 5 === 0 ? `content of ${number}` : '');
}
