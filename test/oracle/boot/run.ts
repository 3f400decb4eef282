/**
 * `npm run oracle:boot`: an operating system boots from a published restore point over iSCSI, twice, beside the same disk as a local raw
 * file; what the first boot wrote is there in the second, and the restore point still verifies. Debian's qemu-system-x86, qemu-block-extra,
 * busybox-static, syslinux, mtools, dosfstools, fdisk and e2fsprogs; the kernel is downloaded by apt-get into .cache.
 */
import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingTools } from '../../fixtures/tools.ts';
import { backedUp, type Published } from '../iscsi/ours.ts';
import { bootGuest, type Boot } from './boot.ts';

const mostTimesAsLong = 1.5;
const missing = missingTools({
  'qemu-system-x86_64': 'qemu-system-x86',
  busybox: 'busybox-static',
  syslinux: 'syslinux',
  mcopy: 'mtools',
  'mkfs.vfat': 'dosfstools',
  sfdisk: 'fdisk',
  mke2fs: 'e2fsprogs',
});
if (missing.length > 0) throw new Error(`install ${missing.join(' ')}, and qemu-block-extra`);

const here = new URL('.', import.meta.url).pathname;
const folder = await mkdtemp(join(tmpdir(), 'hostkeep-boot-'));
try {
  const cache = new URL('../../../.cache/oracle-boot', import.meta.url).pathname;
  execFileSync('sh', [join(here, 'make-image.sh'), folder, cache, here], { stdio: ['ignore', 'inherit', 'inherit'] });
  const image = join(folder, 'guest.raw');
  const local = join(folder, 'local.raw');
  await copyFile(image, local);
  const published = await backedUp(folder, image);
  const boots = {
    'local file, first': await bootGuest(local),
    'published, first': await bootPublished(published),
    'local file, again': await bootGuest(local),
    'published, again': await bootPublished(published),
  };
  const sound = await published.isSound();
  process.exitCode = report(boots) && sound ? 0 : 1;
  process.stdout.write(`The restore point ${sound ? 'still verifies' : 'IS DAMAGED'}.\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** The publisher is started for the boot and stopped after it: the second finds what the first wrote in the overlay on disk. */
async function bootPublished(published: Published): Promise<Boot> {
  const publisher = await published.start();
  try {
    return await bootGuest(publisher.url);
  } finally {
    await publisher.stop();
  }
}

function report(boots: Readonly<Record<string, Boot>>): boolean {
  for (const [name, { seconds, says }] of Object.entries(boots))
    process.stdout.write(
      `${name.padEnd(18)} ${seconds === undefined ? 'NO MARKER' : `${seconds.toFixed(1)} s`.padStart(9)}  ${says.join('; ')}\n`,
    );
  const ratios = ['first', 'again'].map((which) => {
    const ratio = (boots[`published, ${which}`]?.seconds ?? Number.NaN) / (boots[`local file, ${which}`]?.seconds ?? Number.NaN);
    process.stdout.write(`${which}: ${ratio.toFixed(2)} times as long as from the local file (at most ${mostTimesAsLong})\n`);
    return ratio;
  });
  const said = (name: string, wanted: string): boolean => boots[name]?.says.join('; ') === wanted;
  return (
    ratios.every((ratio) => ratio <= mostTimesAsLong) &&
    said('published, first', 'data: sound; boot: first, written') &&
    said('published, again', 'data: sound; boot: again, what was written is there')
  );
}
