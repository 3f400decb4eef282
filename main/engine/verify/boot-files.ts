import type { FileNode } from '../formats/file-system.ts';
import { says, verdictOf } from './findings.ts';
import { findPath, listOf } from './find-file.ts';
import { readThrough } from './read-files.ts';
import type { ReadableVolume } from './volumes.ts';
import { stopWhenCancelled, type Work } from './watch.ts';

/** What of a boot was found on a volume. */
interface BootFiles {
  readonly windows: boolean;
  readonly linux: boolean;
  /** Of a boot manager: on an EFI system partition, or beside the system. */
  readonly loader: boolean;
}

type Kind = 'program' | 'any';

interface Wanted {
  readonly path: string;
  readonly kind: Kind;
}

const programs = (...paths: readonly string[]): readonly Wanted[] => paths.map((path) => ({ path, kind: 'program' }));

/** Without these Windows does not start; of several in a group one is enough (Microsoft, "Windows boot process"). */
const windowsGroups: readonly (readonly Wanted[])[] = [
  programs('Windows/System32/ntoskrnl.exe'),
  programs('Windows/System32/winload.efi', 'Windows/System32/winload.exe'),
  [{ path: 'Windows/System32/config/SYSTEM', kind: 'any' }],
  [{ path: 'Windows/System32/config/SOFTWARE', kind: 'any' }],
];
const windowsLoaders = [
  ...programs('EFI/Microsoft/Boot/bootmgfw.efi', 'bootmgr.efi'),
  { path: 'bootmgr', kind: 'any' },
] as const satisfies readonly Wanted[];
const bootData = ['EFI/Microsoft/Boot/BCD', 'Boot/BCD'];

/** The boot files of all volumes, each read whole; programs must look like programs. */
export async function checkBootFiles(work: Work, volumes: readonly ReadableVolume[]): Promise<void> {
  const all: BootFiles[] = [];
  for (const volume of volumes) {
    stopWhenCancelled(work);
    try {
      all.push(await checkVolume(work, volume));
    } catch (error) {
      work.found.fault('boot-files', volume.path, error);
    }
  }
  try {
    await checkWhole(work, all);
  } catch (error) {
    work.found.fault('boot-files', '/', error);
  }
}

/** What only all volumes together tell: that there is a system, and something to start it. */
async function checkWhole(work: Work, all: readonly BootFiles[]): Promise<void> {
  const has = (what: keyof BootFiles): boolean => all.some((one) => one[what]);
  if (!has('windows') && !has('linux')) work.found.add('boot-files', '/', 'not-checked', says('boot-none'));
  else if (!has('loader') && !(await hasBootCode(work))) work.found.add('boot-files', '/', 'warning', says('boot-no-loader'));
}

async function checkVolume(work: Work, volume: ReadableVolume): Promise<BootFiles> {
  const hasWindows = (await firstOf(volume, windowsGroups.flat())) !== undefined;
  const loader = await checkLoaders(work, volume);
  const linux = hasWindows ? false : await checkLinux(work, volume);
  if (hasWindows) await checkWindows(work, volume);
  return { windows: hasWindows, linux, loader };
}

async function checkWindows(work: Work, volume: ReadableVolume): Promise<void> {
  for (const group of windowsGroups) {
    const found = await firstOf(volume, group);
    if (found === undefined) {
      const names = group.map(({ path }) => path).join(' or ');
      work.found.add('boot-files', volume.path, 'failed', says('boot-lacks', { names }));
    } else await checkFile(work, volume, found);
  }
}

async function checkLoaders(work: Work, volume: ReadableVolume): Promise<boolean> {
  const windows = await firstOf(volume, windowsLoaders);
  if (windows !== undefined) {
    await checkFile(work, volume, windows);
    const data = await firstOf(
      volume,
      bootData.map((path) => ({ path, kind: 'any' })),
    );
    if (data === undefined) work.found.add('boot-files', volume.path, 'warning', says('boot-no-data'));
    else await checkFile(work, volume, data);
  }
  const efi = await efiLoaders(work, volume);
  for (const one of efi) await checkFile(work, volume, one);
  return windows !== undefined || efi.length > 0;
}

const mostLoaders = 16;

/** Loaders of other systems on an EFI system partition: `EFI/<vendor>/*.efi` (UEFI 2.10, 13.3.1.3). */
async function efiLoaders(work: Work, volume: ReadableVolume): Promise<readonly Located[]> {
  const found: Located[] = [];
  const tell = (error: unknown): void => work.found.fault('boot-files', volume.path, error);
  for (const vendor of await listOf(volume.system, 'EFI', tell)) {
    if (vendor.type !== 'folder' || vendor.name.toLowerCase() === 'microsoft') continue;
    for (const node of await listOf(volume.system, `EFI/${vendor.name}`, tell))
      if (node.type === 'file' && /\.efi$/i.test(node.name) && found.length < mostLoaders)
        found.push({ path: `EFI/${vendor.name}/${node.name}`, kind: 'program', node });
  }
  return found;
}

const mostKernels = 8;

/** Subvolumes of Btrfs in which distributions put their root: Ubuntu and openSUSE, Debian, Fedora. */
const rootSubvolumes = ['@', '@rootfs', 'root'];

/** Where kernels lie: in `/boot`, or on a volume of its own, or in the `/boot` of a subvolume that is a system's root. */
async function bootFolders({ system }: ReadableVolume): Promise<readonly string[]> {
  const usual = await system.usualRoot?.();
  const roots = system.kind === 'btrfs' ? [...new Set([...(usual === undefined ? [] : [usual]), ...rootSubvolumes])] : [];
  return ['', 'boot', ...roots.map((root) => `${root}/boot`)];
}

/** Kernels with their first file systems. */
async function checkLinux(work: Work, volume: ReadableVolume): Promise<boolean> {
  const tell = (error: unknown): void => work.found.fault('boot-files', volume.path, error);
  let found = false;
  for (const folder of await bootFolders(volume)) {
    const nodes = (await listOf(volume.system, folder, tell)).filter(
      ({ name, type }) => type === 'file' && /^(vmlinuz|initrd|initramfs)/.test(name),
    );
    for (const node of nodes.slice(0, mostKernels)) {
      found = true;
      await checkFile(work, volume, { path: folder === '' ? node.name : `${folder}/${node.name}`, kind: 'any', node });
    }
  }
  return found;
}

interface Located extends Wanted {
  readonly node: FileNode;
}

async function firstOf(volume: ReadableVolume, wanted: readonly Wanted[]): Promise<Located | undefined> {
  for (const one of wanted) {
    const node = await findPath(volume.system, one.path);
    if (node?.type === 'file') return { ...one, node };
  }
  return undefined;
}

async function checkFile(work: Work, volume: ReadableVolume, { path, kind, node }: Located): Promise<void> {
  const subject = `${volume.path}/${path}`;
  try {
    const bytes = await readThrough({ system: volume.system, node }, 'whole', work);
    if (node.sizeBytes === 0) work.found.add('boot-files', subject, 'failed', says('boot-empty'));
    else if (kind === 'program' && !(await isProgram(volume, node)))
      work.found.add('boot-files', subject, 'failed', says('boot-no-program'));
    else work.found.add('boot-files', subject, 'passed', says('boot-read', { bytes }));
  } catch (error) {
    work.found.fault('boot-files', subject, error);
  }
}

/** The head of a PE file: `MZ`, and where that says, `PE\0\0` (Microsoft PE format, "MS-DOS stub"). */
async function isProgram({ system }: ReadableVolume, node: FileNode): Promise<boolean> {
  if (node.sizeBytes < 64) return false;
  const stub = Buffer.alloc(64);
  await system.read(node, 0, stub);
  const at = stub.readUInt32LE(60);
  if (stub.toString('latin1', 0, 2) !== 'MZ' || at + 4 > node.sizeBytes) return false;
  const signature = Buffer.alloc(4);
  await system.read(node, at, signature);
  return signature.equals(Buffer.from('PE\0\0', 'latin1'));
}

/** Code in the first sector of a disk, by which a BIOS starts what follows. */
async function hasBootCode({ point, repository, volumes }: Work): Promise<boolean> {
  const { openPointDisk } = await import('#engine/recovery');
  for (const { index } of point.disks) {
    if ((await schemeOf(volumes, index)) !== 'mbr') continue;
    const sector = Buffer.alloc(512);
    await (await openPointDisk(repository, point, index)).read(0, sector);
    if (sector.subarray(0, 440).some((byte) => byte !== 0)) return true;
  }
  return false;
}

async function schemeOf(volumes: Work['volumes'], disk: number): Promise<string> {
  try {
    return (await volumes.table(disk)).scheme;
  } catch (error) {
    // A damaged table is told where tables are looked at.
    if (verdictOf(error) === undefined) throw error;
    return 'damaged';
  }
}
