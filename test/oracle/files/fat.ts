import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { run } from '../../fixtures/tools.ts';
import { compareImage } from './mounted-oracle.ts';
import { walkMounted, type MountedFile } from './mounted.ts';
import type { ExpectedFile, FileOracle } from './oracle.ts';
import { kitFiles } from './sleuth-kit.ts';

const mib = 1024 * 1024;
const filler = new URL('./plain-fill.py', import.meta.url).pathname;

interface FatVolume {
  readonly mebibytes: number;
  readonly options: readonly string[];
}

const volumes: Readonly<Record<string, FatVolume>> = {
  'FAT12 4096': { mebibytes: 15, options: ['-F', '12', '-s', '8', '-r', '512'] },
  'FAT16 2048': { mebibytes: 100, options: ['-F', '16', '-s', '4'] },
  'FAT16 32768': { mebibytes: 500, options: ['-F', '16', '-s', '64'] },
  'FAT32 512': { mebibytes: 100, options: ['-F', '32', '-s', '1'] },
  'FAT32 4096': { mebibytes: 400, options: ['-F', '32', '-s', '8'] },
  'FAT32 4096 on 4096-byte sectors': { mebibytes: 400, options: ['-F', '32', '-S', '4096', '-s', '1'] },
};

/** Filled by mtools from a folder of this machine: what stands there is what must be read back. */
export const fatOracle: FileOracle = {
  fileSystem: 'FAT',
  tools: { 'mkfs.fat': 'dosfstools', mcopy: 'mtools', fls: 'sleuthkit', python3: 'python3' },
  variants: Object.keys(volumes),
  async compare(variant, scale, folder) {
    const { mebibytes } = volumes[variant]!;
    const { image, source } = await filledFat(variant, mebibytes < 20 ? 1 : scale, folder);
    const expected = walkMounted(source).map(expectedOf);
    // The Sleuth Kit takes the short name where a long one has characters beyond the first plane.
    const kit = scale > 1 ? kitFiles(image, 'fat', (path) => path.startsWith('names/') || path.includes('(Volume Label')) : [];
    return compareImage(image, [...expected, ...kit]);
  },
};

export async function filledFat(variant: string, scale: number, folder: string): Promise<{ image: string; source: string }> {
  const { mebibytes, options } = volumes[variant]!;
  const [image, source] = [join(folder, 'volume.raw'), join(folder, 'source')];
  await writeFile(image, '');
  await truncate(image, mebibytes * mib);
  run('mkfs.fat', ...options, '-n', 'HOSTKEEP', image);
  await mkdir(source);
  run('python3', filler, source, String(scale));
  // mtools has no characters beyond the first plane; a test of its own makes those.
  run('rm', `${source}/names/\u{1F600} smile.txt`);
  // Nor does it give a folder two clusters at once, which a name of more than 15 entries needs where clusters hold 16.
  if (variant === 'FAT32 512') run('find', source, '-regextype', 'posix-extended', '-regex', '.*/[^/]{180,}', '-delete');
  const copy = (...parameters: readonly string[]): void => {
    const { status, stderr } = spawnSync('mcopy', ['-i', image, '-m', '-s', '-Q', ...parameters], {
      encoding: 'utf8',
      env: { ...process.env, LANG: 'C.UTF-8', TZ: 'UTC', MTOOLS_SKIP_CHECK: '1' },
    });
    if (status !== 0) throw new Error(stderr);
  };
  // Removed again, so that what follows fills holes and lies in pieces.
  run('python3', '-c', holes, source);
  copy(`${source}/holes`, '::');
  run('mdeltree', '-i', image, '::holes/odd');
  run('rm', '-r', `${source}/holes/odd`);
  for (const name of ['sizes', 'names', 'many', 'deep0', 'removed', 'fragmented', 'times']) copy(`${source}/${name}`, '::');
  return { image, source };
}

const holes = `import os, sys
for index in range(200):
    folder = os.path.join(sys.argv[1], "holes", "odd" if index % 2 else "even")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, f"{index}"), "wb") as file: file.write(bytes([index]) * 5000)`;

/** Two seconds are the grain of a FAT's times; folders get the time of their making. */
function expectedOf(file: MountedFile): ExpectedFile {
  const modifiedNs = (BigInt(file.modifiedNs) / 2_000_000_000n) * 2_000_000_000n;
  const content = file.type === 'file' ? { sizeBytes: file.size, sha256: file.sha256!, modifiedNs } : {};
  return { path: file.path, oracle: 'mtools', type: file.type, ...content };
}
