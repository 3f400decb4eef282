import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openFileSystem } from '../../../main/engine/formats/volumes/index.ts';
import { openDisk } from '../../../main/engine/formats/open-disk.ts';
import { run } from '../../fixtures/tools.ts';
import { mounted, walkMounted, type MountedFile } from './mounted.ts';
import { compareFiles, compareScan, type Compared, type ExpectedFile, type FileOracle } from './oracle.ts';

const mib = 1024 * 1024;
const filler = new URL('./plain-fill.py', import.meta.url).pathname;

/** A volume to make, fill through a driver, and compare with what the driver then says. */
export interface MountedVolume {
  readonly mebibytes: number;
  make(image: string): void;
  /** The command that mounts; the image and the folder are put behind. */
  readonly mount: readonly string[];
  /** For reading; the same as `mount` when left out. */
  readonly mountForReading?: readonly string[];
  /** Fills in what only this kind of volume has, beside what all have. */
  fillMore?(root: string): void;
  /** Acts between the filling and the reading. */
  change?(image: string): void;
}

export interface MountedOptions {
  readonly fileSystem: string;
  readonly tools: Readonly<Record<string, string>>;
  readonly isUnix: boolean;
  readonly volumes: Readonly<Record<string, MountedVolume>>;
  /** What the driver shows though it is not on the volume: its times are the driver's own. */
  isMadeUp?(file: MountedFile): boolean;
  /** What another tool says of the same image. */
  others?(image: string, folder: string): readonly ExpectedFile[] | Promise<readonly ExpectedFile[]>;
}

export function mountedOracle(options: MountedOptions): FileOracle {
  return {
    fileSystem: options.fileSystem,
    tools: { python3: 'python3', ...(options.isUnix ? { setfacl: 'acl' } : {}), ...options.tools },
    variants: Object.keys(options.volumes),
    async compare(variant, scale, folder) {
      const volume = options.volumes[variant]!;
      const image = await filledVolume(options, { volume, scale, folder });
      const read = [...(volume.mountForReading ?? volume.mount), image];
      const files = await mounted(read, join(folder, 'mount'), () => walkMounted(join(folder, 'mount')));
      const expected = files.map((file) => expectedOf(file, options));
      const others = scale > 1 ? ((await options.others?.(image, folder)) ?? []) : [];
      return compareImage(image, [...expected, ...others]);
    },
  };
}

/** One made and filled, unmounted again: for the oracle, and for tests that change it. */
export async function filledVolume(
  options: MountedOptions,
  of: { readonly volume: MountedVolume; readonly scale: number; readonly folder: string },
): Promise<string> {
  const { volume, scale, folder } = of;
  const image = join(folder, 'volume.raw');
  await writeFile(image, '');
  await truncate(image, volume.mebibytes * mib);
  volume.make(image);
  await mkdir(join(folder, 'mount'));
  const unix = options.isUnix ? ['unix'] : [];
  await mounted([...volume.mount, image], join(folder, 'mount'), () => {
    run('python3', filler, join(folder, 'mount'), String(scale), ...unix);
    volume.fillMore?.(join(folder, 'mount'));
  });
  volume.change?.(image);
  return image;
}

export async function compareImage(image: string, expected: readonly ExpectedFile[]): Promise<readonly Compared[]> {
  const disk = await openDisk({ format: 'raw', path: image });
  try {
    const system = await openFileSystem(disk);
    return [...(await compareFiles(system, expected)), ...(await compareScan(system, 'listing'))];
  } finally {
    await disk.close();
  }
}

export function expectedOf(file: MountedFile, { isUnix, isMadeUp }: Pick<MountedOptions, 'isUnix' | 'isMadeUp'>): ExpectedFile {
  const unix = {
    unix: { mode: file.mode, uid: file.uid, gid: file.gid },
    xattrs: Object.fromEntries(
      Object.entries(file.xattrs)
        .filter(([name]) => !name.startsWith('system.ntfs'))
        .map(([name, value]) => [name, Buffer.from(value, 'hex')]),
    ),
    ...(file.type === 'folder' ? {} : { links: file.links }),
  };
  return {
    path: file.path,
    oracle: 'mount',
    type: file.type,
    ...(isMadeUp?.(file) === true ? {} : { modifiedNs: BigInt(file.modifiedNs) }),
    ...(file.type === 'file' ? { sizeBytes: file.size, sha256: file.sha256! } : {}),
    ...(file.target === null ? {} : { target: file.target }),
    ...(isUnix ? unix : {}),
  };
}
