import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { run } from '../../fixtures/tools.ts';
import type { ExpectedFile } from './oracle.ts';

/** The Sleuth Kit: size and times (to the second) of every file by `fls`, content by `icat` where files are few. */
export function kitFiles(image: string, type: string, skip: (path: string) => boolean = () => false): readonly ExpectedFile[] {
  const expected: ExpectedFile[] = [];
  for (const line of run('fls', '-f', type, '-r', '-u', '-m', '', image).split('\n')) {
    const [, name = '', inode = '', mode = '', , , size, , modified] = line.split('|');
    const path = name.replace(/^\//, '');
    if (!mode.startsWith('r/r') || path.startsWith('$') || path.includes('(deleted') || skip(path)) continue;
    const hasContent = !path.startsWith('many/');
    expected.push({
      path,
      oracle: 'Sleuth Kit',
      sizeBytes: Number(size),
      modifiedSeconds: Number(modified),
      // It does not read the hundredths of a second that exFAT adds to steps of two seconds.
      modifiedStep: type === 'exfat' ? 2 : 1,
      ...(hasContent ? { sha256: contentOf(image, type, inode) } : {}),
    });
  }
  return expected;
}

function contentOf(image: string, type: string, inode: string): string {
  const { stdout } = spawnSync('icat', ['-f', type, image, inode], { maxBuffer: 256 * 1024 * 1024 });
  return createHash('sha256').update(stdout).digest('hex');
}
