import { isPowerOfTwo } from '#engine/bytes';
import { readBytes, type BlockSource } from '#engine/blocks';
import { isCopyOfFat32 } from '../fat/layout.ts';

/** Every kind of volume that is known by its signature, whether it can be read here or not. */
export type VolumeKind =
  | 'NTFS'
  | 'ext4'
  | 'exFAT'
  | 'FAT'
  | 'XFS'
  | 'Btrfs'
  | 'ReFS'
  | 'BitLocker'
  | 'LUKS1'
  | 'LUKS2'
  | 'LDM'
  | 'LVM'
  | 'swap'
  | 'ZFS'
  | 'mdraid'
  | 'unknown';

/** A mark at a place. */
interface Signature {
  readonly kind: VolumeKind;
  readonly offset: number;
  readonly bytes: string;
}

const kib = 1024;
const uberblockMagics = ['\u000c\u00b1\u00ba\0\0\0\0\0', '\0\0\0\0\0\u00ba\u00b1\u000c'];
const mdMagic = '\u00fc\u004e\u002b\u00a9';
const pageSizes = [4, 8, 16, 64].map((size) => size * kib);

const signatures: readonly Signature[] = [
  { kind: 'NTFS', offset: 3, bytes: 'NTFS    ' },
  { kind: 'BitLocker', offset: 3, bytes: '-FVE-FS-' },
  { kind: 'exFAT', offset: 3, bytes: 'EXFAT   ' },
  { kind: 'ReFS', offset: 3, bytes: 'ReFS\0' },
  { kind: 'LUKS1', offset: 0, bytes: 'LUKS\u00ba\u00be\0\u0001' },
  { kind: 'LUKS2', offset: 0, bytes: 'LUKS\u00ba\u00be\0\u0002' },
  { kind: 'XFS', offset: 0, bytes: 'XFSB' },
  ...[0, 1, 2, 3].map((sector) => ({ kind: 'LVM', offset: sector * 512, bytes: 'LABELONE' }) as const),
  // Metadata 1.1 and 1.2 of md(4) lie at the start, 1.0 and 0.90 near the end.
  { kind: 'mdraid', offset: 0, bytes: mdMagic },
  { kind: 'mdraid', offset: 4096, bytes: mdMagic },
  ...pageSizes.map((size) => ({ kind: 'swap', offset: size - 10, bytes: 'SWAPSPACE2' }) as const),
  ...pageSizes.map((size) => ({ kind: 'swap', offset: size - 10, bytes: 'SWAP-SPACE' }) as const),
  { kind: 'Btrfs', offset: 64 * kib + 64, bytes: '_BHRfS_M' },
  { kind: 'ext4', offset: 1080, bytes: '\u0053\u00ef' },
  // The ring of uberblocks in the first label; its first entries may never have been written.
  ...Array.from({ length: 32 }, (_, entry) =>
    uberblockMagics.map((bytes) => ({ kind: 'ZFS', offset: 128 * kib + entry * 4 * kib, bytes }) as const),
  ).flat(),
];

const headBytes = 256 * kib;
/** Partition types of Windows dynamic disks: MBR, and the metadata and data partitions of GPT. */
const dynamicTypes = new Set(['0x42', '5808c8aa-7e8f-42e0-85d2-e1e90434cfb3', 'af9b60a0-1431-4f62-bc68-3311714a69ad']);

/**
 * The kind of volume by its signature; `unknown` when there is none that is known. A partition of a dynamic disk is named so
 * whatever it starts with: it may be a piece only of the volume whose boot sector it holds.
 */
export async function nameVolume(volume: BlockSource, partitionType = ''): Promise<VolumeKind> {
  if (dynamicTypes.has(partitionType)) return 'LDM';
  const head = await readBytes(volume, 0, Math.min(volume.sizeBytes, headBytes));
  const has = (offset: number, bytes: string): boolean => head.toString('latin1', offset, offset + bytes.length) === bytes;
  const found = signatures.find(({ offset, bytes }) => has(offset, bytes));
  if (found !== undefined) return found.kind;
  if (isFat(head)) return 'FAT';
  if (await hasSecondBtrfs(volume)) return 'Btrfs';
  if (await hasRaidTail(volume)) return 'mdraid';
  if (await hasLastNtfs(volume)) return 'NTFS';
  if ([512, 4096].some((sectorBytes) => has(12 * sectorBytes + 3, 'EXFAT   '))) return 'exFAT';
  return [512, 4096].some((sectorBytes) => isSecondFat(head.subarray(6 * sectorBytes), sectorBytes)) ? 'FAT' : 'unknown';
}

/** FAT has no signature; a boot sector whose parameters make sense is one (Microsoft FAT specification, section 3.1). */
function isFat(head: Buffer): boolean {
  if (head.length < 512 || head.readUInt16LE(510) !== 0xaa55) return false;
  if (head[0] !== 0xe9 && !(head[0] === 0xeb && head[2] === 0x90)) return false;
  const [sectorBytes, perCluster, reserved, copies] = [head.readUInt16LE(11), head[13]!, head.readUInt16LE(14), head[16]!];
  const sizes = [head.readUInt16LE(22), head.readUInt32LE(36)];
  const media = head[21]!;
  return (
    [512, 1024, 2048, 4096].includes(sectorBytes) &&
    isPowerOfTwo(perCluster) &&
    reserved > 0 &&
    (copies === 1 || copies === 2) &&
    (media === 0xf0 || media >= 0xf8) &&
    sizes.some((size) => size > 0)
  );
}

/** FAT32 keeps a copy of its boot sector in the sixth. */
function isSecondFat(sector: Buffer, sectorBytes: number): boolean {
  return isFat(sector) && isCopyOfFat32(sector, sectorBytes);
}

/** Where the first superblock was overwritten, its copy at 64 MiB is left (btrfs On-disk Format, "Superblock"). */
async function hasSecondBtrfs(volume: BlockSource): Promise<boolean> {
  const place = 64 * kib * kib;
  if (place + 4 * kib > volume.sizeBytes) return false;
  const copy = await readBytes(volume, place, 128);
  return copy.toString('latin1', 64, 72) === '_BHRfS_M' && copy.readBigUInt64LE(48) === BigInt(place);
}

/** Where the boot sector was overwritten, its copy in the last sector is left; exFAT keeps its own in the twelfth. */
async function hasLastNtfs(volume: BlockSource): Promise<boolean> {
  if (volume.sizeBytes < 2 * volume.logicalSectorSize) return false;
  const last = await readBytes(volume, volume.sizeBytes - volume.logicalSectorSize, 512);
  return last.toString('latin1', 3, 11) === 'NTFS    ';
}

/** Metadata 0.90 lies in the last whole 64 KiB before the last 64 KiB boundary, 1.0 in the last 8 KiB (md(4)). */
async function hasRaidTail(volume: BlockSource): Promise<boolean> {
  const places = [
    Math.floor(volume.sizeBytes / (64 * kib)) * 64 * kib - 64 * kib,
    Math.floor((volume.sizeBytes - 8 * kib) / (4 * kib)) * 4 * kib,
  ];
  for (const offset of places) {
    if (offset < 0 || offset + 4 > volume.sizeBytes) continue;
    if ((await readBytes(volume, offset, 4)).toString('latin1') === mdMagic) return true;
  }
  return false;
}
