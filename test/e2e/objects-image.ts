import { execFile } from 'node:child_process';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { writeMdf } from '../fixtures/database-headers.ts';
import { plainEventLog } from '../fixtures/evtx-writer.ts';
import { writeHive } from '../fixtures/hive-writer.ts';

const run = promisify(execFile);

/** Dword 1, and text in UTF-16. */
const values = [
  { name: 'Start', type: 4, data: Buffer.from([1, 0, 0, 0]) },
  { name: 'ImagePath', type: 2, data: Buffer.from('%SystemRoot%\\print.exe\0', 'utf16le') },
];

const files: Readonly<Record<string, Buffer>> = {
  'config/SYSTEM': writeHive({
    name: 'ROOT',
    keys: [{ name: 'Select' }, { name: 'Setup', keys: [{ name: 'Services', keys: [{ name: 'Spooler', values }] }] }],
  }),
  'logs/System.evtx': plainEventLog(50),
  'data/orders.mdf': writeMdf({ name: 'Orders' }),
};

/** A disk with objects in its files: an ext4 volume without partitions, made without mounting. */
export async function objectsImage(folder: string): Promise<string> {
  const content = join(folder, 'content');
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(content, name)), { recursive: true });
    await writeFile(join(content, name), bytes);
  }
  const image = join(folder, 'objects.img');
  await writeFile(image, '');
  await truncate(image, 16 * 1024 * 1024);
  await run('/sbin/mkfs.ext4', ['-q', '-d', content, image]);
  return image;
}
