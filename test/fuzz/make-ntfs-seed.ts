/** `node test/fuzz/make-ntfs-seed.ts`: makes test/fixtures/ntfs-features.zst anew, a small volume with every feature, and with `dedup` ntfs-dedup.zst. Root, Debian. */
import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { run } from '../fixtures/tools.ts';
import { mounted } from '../oracle/files/mounted.ts';

const isDedup = process.argv[2] === 'dedup';
const [name, features] = isDedup ? ['ntfs-dedup', ['plain', 'deduplicated']] : ['ntfs-features', []];
const folder = await mkdtemp(join(tmpdir(), 'hostkeep-seed-'));
const image = join(folder, 'volume.raw');
const root = join(folder, 'mount');
await writeFile(image, '');
await truncate(image, 14 * 1024 * 1024);
await mkdir(root);
run('mkntfs', '-Q', '-F', '-q', '-s', '512', '-c', '4096', image);
await mounted(['ntfs-3g', '-o', 'compression,streams_interface=windows', image], root, () =>
  run('python3', new URL('../oracle/files/ntfs-fill.py', import.meta.url).pathname, root, '4096', '0', ...features),
);
const packed = zstdCompressSync(await readFile(image), { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
await writeFile(new URL(`../fixtures/${name}.zst`, import.meta.url), packed);
await rm(folder, { recursive: true });
