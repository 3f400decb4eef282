import { execFile } from 'node:child_process';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { eseStates, writeEse, writeMdf } from '../fixtures/database-headers.ts';
import { plainEventLog } from '../fixtures/evtx-writer.ts';
import { writeHive } from '../fixtures/hive-writer.ts';
import { cli } from './console.ts';

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
  'data/mail.edb': writeEse({ state: eseStates.dirty, required: [3, 5] }),
};

/** Backs up a disk whose files hold objects, as a VM of its own, into the repository of a filled lab. */
export async function backUpObjects(place: string, home: string): Promise<void> {
  const secret = join(home, 'demo-passphrase');
  const keep = ['--home', home, '--password-file', secret, 'backup', '--repo', join(home, 'repository')];
  await run(process.execPath, [cli, ...keep, '--image', await objectsImage(place), '--name', 'OBJECTS']);
}

/** An ext4 volume without partitions, made without mounting. */
async function objectsImage(folder: string): Promise<string> {
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
