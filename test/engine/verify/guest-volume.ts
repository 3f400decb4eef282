import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { guestVolumes, openPointDisk } from '#engine/recovery';
import type { Repository } from '#engine/repository';
import type { RestorePoint } from '#contract';
import { noise, quickRepository, temporaryFolder } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';
import { writeEse, writeEseLog, writeLdf, writeMdf } from '../../fixtures/database-headers.ts';
import { writeHive } from '../../fixtures/hive-writer.ts';

export const tools = { 'mkfs.fat': 'dosfstools', mcopy: 'mtools' };

export type GuestFiles = Readonly<Record<string, Buffer>>;

/** A program by its head. */
function program(seed: number): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(128), noise(40 * 1024, seed)]);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(128, 60);
  bytes.write('PE\0\0', 128, 'latin1');
  return bytes;
}

const hive = writeHive({
  name: 'ROOT',
  keys: [{ name: 'Select', values: [{ name: 'Current', type: 4, data: Buffer.from([1, 0, 0, 0]) }] }, { name: 'Setup' }],
});

/** What a Windows of the smallest kind has, all of it sound. */
export const windowsFiles: GuestFiles = {
  'Windows/System32/ntoskrnl.exe': program(1),
  'Windows/System32/winload.efi': program(2),
  'Windows/System32/config/SYSTEM': hive,
  'Windows/System32/config/SOFTWARE': hive,
  'EFI/Microsoft/Boot/bootmgfw.efi': program(3),
  'EFI/Microsoft/Boot/BCD': hive,
  'Users/anna/NTUSER.DAT': hive,
  'Windows/NTDS/ntds.dit': writeEse({ state: 2, required: [3, 4] }),
  'Windows/NTDS/edb00003.log': writeEseLog(3),
  'Windows/NTDS/edb.log': writeEseLog(4),
  'Data/orders.mdf': writeMdf({ name: 'Orders' }),
  'Data/orders_log.ldf': writeLdf(),
  ...Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`Users/anna/file ${at}.txt`, noise(3000 + at * 97, at)])),
};

export interface Guest {
  readonly repository: Repository;
  readonly point: RestorePoint;
}

/** A restore point of a disk with these files, on a FAT volume: what is looked at does not care for the file system. */
export async function guestWith(context: TestContext, files: GuestFiles): Promise<Guest> {
  const folder = await temporaryFolder(context);
  const tree = join(folder, 'tree');
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(tree, name)), { recursive: true });
    await writeFile(join(tree, name), bytes);
  }
  const image = join(folder, 'disk.img');
  await writeFile(image, Buffer.alloc(24 * 1024 * 1024));
  execFileSync('mkfs.fat', ['-F', '16', '-s', '4', image], { stdio: 'pipe' });
  const tops = [...new Set(Object.keys(files).map((name) => join(tree, name.split('/', 1)[0]!)))];
  execFileSync('mcopy', ['-s', '-i', image, ...tops, '::/'], { stdio: 'pipe' });
  const repository = await quickRepository();
  const { point } = await backUpImage(repository, { image, threads: 1 });
  return { repository, point };
}

/** A view of a restore point with nothing remembered of it. */
export function subjectOf({ repository, point }: Guest) {
  repository.refresh();
  const volumes = guestVolumes({
    indexes: point.disks.map((disk) => disk.index),
    open: (index) => openPointDisk(repository, point, index),
  });
  return { repository, point, volumes };
}
