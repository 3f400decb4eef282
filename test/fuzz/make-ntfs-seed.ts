/** `node test/fuzz/make-ntfs-seed.ts`: makes test/fixtures/ntfs-features.zst anew, a small volume with every feature. Root, Debian. */
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { run } from '../fixtures/tools.ts';
import { mounted } from '../oracle/files/mounted.ts';

const folder = await mkdtemp(join(tmpdir(), 'hostkeep-seed-'));
const image = join(folder, 'volume.raw');
const root = join(folder, 'mount');
await writeFile(image, '');
await truncate(image, 14 * 1024 * 1024);
await mkdir(root);
run('mkntfs', '-Q', '-F', '-q', '-s', '512', '-c', '4096', image);
await mounted(['ntfs-3g', '-o', 'compression,streams_interface=windows', image], root, () =>
  run('python3', new URL('../oracle/files/ntfs-fill.py', import.meta.url).pathname, root, '4096', '0'),
);
const packed = zstdCompressSync(await readFile(image), { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
await writeFile(new URL('../fixtures/ntfs-features.zst', import.meta.url), packed);
await rm(folder, { recursive: true });
