import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../fixtures/tools.ts';
import type { ExpectedFile } from './oracle.ts';

/** Files that only Windows understands are left to the filler's word. */
export type Special = ReadonlySet<string>;

/** What 7-Zip's own NTFS reader extracts. What it says that it cannot read is left out. */
export async function sevenZipFiles(image: string, folder: string, special: Special): Promise<readonly ExpectedFile[]> {
  const target = join(folder, '7z');
  await mkdir(target);
  const left = ['huge', 'reparse', 'names', 'WOF*', '[SYSTEM]', '[DELETED]'].map((name) => `-x!${name}`);
  const { stdout, stderr } = spawnSync('7z', ['x', '-tntfs', '-bd', '-y', `-o${target}`, ...left, image], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const failed = new Set([...`${stdout}${stderr}`.matchAll(/^ERROR: .*? : (.+)$/gm)].map((match) => match[1]!));
  const expected: ExpectedFile[] = [];
  for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) {
    const full = join(entry.parentPath, entry.name);
    const path = full.slice(target.length + 1);
    // Alternate streams come out as `name:stream`.
    if (!entry.isFile() || special.has(path) || failed.has(path) || entry.name.includes(':')) continue;
    expected.push({ path, oracle: '7-Zip', sizeBytes: (await lstat(full)).size, sha256: await digestOf(full) });
  }
  return expected;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** The Sleuth Kit: size and times (to the second) of every name by `fls`, content by `icat` where files are few. */
export function sleuthKitFiles(image: string, special: Special): readonly ExpectedFile[] {
  const inodes = new Map<string, string>();
  for (const line of run('fls', '-r', '-p', '-u', image).split('\n')) {
    const match = /^r\/r (\d+-128-\d+):\t(.+)$/.exec(line);
    if (match !== null && !match[2]!.includes(':')) inodes.set(match[2]!, match[1]!);
  }
  const expected: ExpectedFile[] = [];
  for (const line of run('fls', '-r', '-u', '-m', '', image).split('\n')) {
    const [, name = '', , , , , size, , modified] = line.split('|');
    const path = name.replace(/^\//, '');
    const inode = inodes.get(path);
    if (inode === undefined || special.has(path) || path.startsWith('$')) continue;
    const seconds = { modifiedSeconds: Number(modified) };
    const hasContent = !['large folder', 'hard links', 'huge'].includes(path.split('/')[0]!);
    expected.push({
      path,
      oracle: 'Sleuth Kit',
      sizeBytes: Number(size),
      ...seconds,
      ...(hasContent ? { sha256: contentOf(image, inode) } : {}),
    });
  }
  return expected;
}

function contentOf(image: string, inode: string): string {
  const { stdout, status, error } = spawnSync('icat', [image, inode], { maxBuffer: 1024 * 1024 * 1024 });
  if (status !== 0) throw new Error(`icat ${inode} failed`, { cause: error });
  return createHash('sha256').update(stdout).digest('hex');
}
