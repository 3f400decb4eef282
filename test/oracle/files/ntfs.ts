import { mkdir, open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ErrorCode } from '#contract';
import { openNtfs } from '../../../main/engine/formats/ntfs/index.ts';
import type { ReparseKind } from '../../../main/engine/formats/file-system.ts';
import { openDisk } from '../../../main/engine/formats/open-disk.ts';
import { run } from '../../fixtures/tools.ts';
import { lines, mounted, walkMounted, type MountedFile } from './mounted.ts';
import { sevenZipFiles, sleuthKitFiles } from './ntfs-other-oracles.ts';
import { compareFiles, compareListing, compareScan, type Compared, type ExpectedFile, type FileOracle } from './oracle.ts';

const mib = 1024 * 1024;
const sizes = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072, 262_144, 524_288, mib, 2 * mib];
/** The Sleuth Kit does not take larger clusters for NTFS. */
const largestOfSleuthKit = 65_536;
const sectorVariant = '4096 on 4096-byte sectors';
const tableVariant = '512, $MFT in pieces';
const fragmenter = new URL('./ntfs-fragment.py', import.meta.url).pathname;
const filler = new URL('./ntfs-fill.py', import.meta.url).pathname;

/** What ntfs-fill.py tells of a file that the mount does not show as Windows does. */
interface Told {
  readonly path: string;
  readonly stream?: string;
  readonly type?: 'file' | 'folder' | 'symlink';
  readonly kind?: ReparseKind;
  readonly target?: string;
  readonly size?: number;
  readonly sha256?: string;
  readonly unreadable?: ErrorCode;
  /** A descriptor, in hex. */
  readonly security?: string;
}

export const ntfsOracle: FileOracle = {
  fileSystem: 'NTFS',
  tools: {
    mkntfs: 'ntfs-3g',
    'ntfs-3g': 'ntfs-3g',
    python3: 'python3',
    'wimlib-imagex': 'wimtools',
    '7z': 'p7zip-full',
    fls: 'sleuthkit',
  },
  variants: [...sizes.map(String), sectorVariant, tableVariant],
  async compare(variant, scale, folder) {
    if (variant === tableVariant) return compareScattered(scale, folder);
    const cluster = Number.parseInt(variant, 10);
    const sector = variant === sectorVariant ? 4096 : 512;
    const image = join(folder, 'volume.raw');
    await makeVolume(image, { cluster, sector });
    const root = join(folder, 'mount');
    await mkdir(root);
    const told = await mounted(['ntfs-3g', '-o', 'compression,streams_interface=windows', image], root, () =>
      lines<Told>(run('python3', filler, root, String(cluster), String(scale))),
    );
    const { files, huge } = await mounted(['ntfs-3g', '-o', 'ro,noatime,streams_interface=none', image], root, async () => ({
      files: walkMounted(root, ['huge']),
      huge: await samplesOf(join(root, 'huge/six tebibytes.bin')),
    }));
    const special = new Set(told.filter((fact) => fact.type !== undefined).map((fact) => fact.path));
    const others = scale > 1 ? await sevenZipFiles(image, folder, special) : [];
    const kit = scale > 1 && cluster <= largestOfSleuthKit ? sleuthKitFiles(image, special) : [];
    return compareWith(image, [...expectedOf(files, told, huge), ...others, ...kit]);
  },
};

/** A volume whose file table lies in so many pieces that it has an attribute list itself. */
async function compareScattered(scale: number, folder: string): Promise<readonly Compared[]> {
  const image = join(folder, 'volume.raw');
  await makeVolume(image, { cluster: 512, sector: 512, bytes: 10 * mib * scale });
  const root = join(folder, 'mount');
  await mkdir(root);
  await mounted(['ntfs-3g', image], root, () => run('python3', fragmenter, root, String(1500 * scale)));
  const files = await mounted(['ntfs-3g', '-o', 'ro,noatime,streams_interface=none', image], root, () => walkMounted(root));
  const expected = expectedOf(files, [], []).map((file) => ({ ...file, feature: '$MFT in pieces' }));
  return compareWith(image, expected);
}

interface Shape {
  readonly cluster: number;
  readonly sector: number;
  readonly bytes?: number;
}

async function makeVolume(image: string, of: Shape): Promise<void> {
  await writeFile(image, '');
  await truncate(image, of.bytes ?? (of.cluster > 256 * 1024 ? 8192 * mib : of.cluster > 16_384 ? 2048 * mib : 512 * mib));
  run('mkntfs', '-Q', '-F', '-q', '-s', String(of.sector), '-c', String(of.cluster), image);
}

async function compareWith(image: string, expected: readonly ExpectedFile[]): Promise<readonly Compared[]> {
  const disk = await openDisk({ format: 'raw', path: image });
  try {
    const system = await openNtfs(disk);
    return [
      ...(await compareFiles(system, expected)),
      ...(await compareListing(system, expected)),
      ...(await compareScan(system, 'listing')),
    ];
  } finally {
    await disk.close();
  }
}

/** FILETIME of ntfs-3g's own attribute: big-endian, created, modified, accessed, changed. */
function timeOf(file: MountedFile, index: number): bigint {
  const value = Buffer.from(file.xattrs['system.ntfs_times_be']!, 'hex').readBigUInt64BE(index * 8);
  return (value - 116_444_736_000_000_000n) * 100n;
}

/** The mount's word, corrected by what the filler knows better. */
function expectedOf(
  files: readonly MountedFile[],
  told: readonly Told[],
  huge: ExpectedFile['samples'],
): readonly ExpectedFile[] {
  const special = new Map(told.filter((fact) => fact.stream === undefined).map((fact) => [fact.path, fact]));
  const streams = Map.groupBy(
    told.filter((fact) => fact.stream !== undefined),
    (fact) => fact.path,
  );
  return files.map((file): ExpectedFile => {
    const fact = special.get(file.path);
    const own = streams.get(file.path) ?? [];
    // The driver does not give descriptors of users it has no mapping for; the filler knows what it set.
    const acl = fact?.security ?? file.xattrs['system.ntfs_acl'];
    // The driver counts a DOS name as a link.
    const links = file.links - (file.xattrs['system.ntfs_dos_name'] === undefined ? 0 : 1);
    const base = {
      path: file.path,
      oracle: 'mount',
      createdNs: timeOf(file, 0),
      modifiedNs: timeOf(file, 1),
      accessedNs: timeOf(file, 2),
      changedNs: timeOf(file, 3),
      ...(acl === undefined ? {} : { security: Buffer.from(acl, 'hex') }),
      attributes: Number.parseInt(file.xattrs['system.ntfs_attrib_be']!, 16),
      streams: own.map((stream) => ({ name: stream.stream!, sizeBytes: stream.size!, sha256: stream.sha256! })),
      ...(file.type === 'folder' ? {} : { links }),
    };
    if (fact?.type !== undefined)
      return {
        ...base,
        oracle: 'filler',
        type: fact.type,
        ...(fact.size === undefined ? {} : { sizeBytes: fact.size }),
        ...(fact.sha256 === undefined ? {} : { sha256: fact.sha256 }),
        ...(fact.kind === undefined ? {} : { kind: fact.kind }),
        ...(fact.target === undefined ? {} : { target: fact.target }),
        ...(fact.unreadable === undefined ? {} : { unreadable: fact.unreadable }),
      };
    if (file.type === 'folder') return { ...base, type: 'folder' };
    const content = file.path.startsWith('huge/') ? { samples: huge! } : { sha256: file.sha256! };
    return { ...base, type: file.type, sizeBytes: file.size, ...content };
  });
}

/** A file too long to be read whole: its data and what surrounds it. */
async function samplesOf(path: string): Promise<NonNullable<ExpectedFile['samples']>> {
  const places = [0, 1000, 5 * 2 ** 30 - 3000, 5 * 2 ** 30, 2 ** 40 + 7, 3 * 2 ** 40 - 1, 6 * 2 ** 40 - 8192];
  const file = await open(path, 'r');
  try {
    const samples: { offset: number; bytes: Buffer }[] = [];
    for (const offset of places) {
      const bytes = Buffer.alloc(8192);
      await file.read(bytes, 0, bytes.length, offset);
      samples.push({ offset, bytes });
    }
    return samples;
  } finally {
    await file.close();
  }
}

/** For tests that change a volume: one made and filled as the oracle does it, in its small form. */
export async function filledNtfs(folder: string, cluster: number): Promise<{ readonly image: string }> {
  const image = join(folder, 'volume.raw');
  await makeVolume(image, { cluster, sector: 512 });
  const root = join(folder, 'mount');
  await mkdir(root);
  await mounted(['ntfs-3g', '-o', 'compression,streams_interface=windows', image], root, () =>
    run('python3', filler, root, String(cluster), '1'),
  );
  return { image };
}
