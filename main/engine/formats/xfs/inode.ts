import { readBytes, type BlockSource } from '#engine/blocks';
import type { FileKind, FileTimes } from '../file-system.ts';
import { keepNewest } from '../kept.ts';
import { corrupt, isSealed, number64, type Superblock } from './superblock.ts';

/** How a fork keeps its content [XFS "Data Fork"]: in place, as a list of extents, or as the root of a tree of them. */
export type ForkFormat = 'device' | 'local' | 'extents' | 'tree';

export interface Fork {
  readonly format: ForkFormat;
  readonly bytes: Buffer;
  readonly extents: number;
}

/** [XFS] "Inode Core". */
export interface Inode {
  readonly number: number;
  readonly type: FileKind;
  readonly sizeBytes: number;
  readonly unix: { readonly mode: number; readonly uid: number; readonly gid: number };
  readonly links: number;
  readonly times: FileTimes;
  readonly blocks: number;
  readonly volumeOffset: number;
  /** The file's data are on a device of their own. */
  readonly isRealtime: boolean;
  readonly data: Fork;
  readonly attributes: Fork | undefined;
}

export type InodeOf = (number: number) => Promise<Inode>;

const kinds: Readonly<Record<number, FileKind>> = { 0x8: 'file', 0x4: 'folder', 0xa: 'symlink' };
const formats: readonly (ForkFormat | undefined)[] = ['device', 'local', 'extents', 'tree'];
const flags2 = { bigTime: 8n, largeCounts: 16n } as const;
const windowBytes = 64 * 1024;

export function inodeReader(source: BlockSource, superblock: Superblock): InodeOf {
  const { inodeSize } = superblock;
  const windowAt = keepNewest(64, (start) => readBytes(source, start, Math.min(windowBytes, source.sizeBytes - start)));
  return async (number) => {
    const at = offsetOfInode(superblock, number);
    const start = Math.floor(at / windowBytes) * windowBytes;
    const window = await windowAt(start);
    return parseInode(superblock, window.subarray(at - start, at - start + inodeSize), { number, volumeOffset: at });
  };
}

/** A number says group, block in the group, and place in the block [XFS "Inode Numbers"]. */
export function offsetOfInode(superblock: Superblock, number: number): number {
  const { inodesPerBlockLog, groupBlocksLog, groupBlocks, groups, blockSize, inodeSize, blockCount } = superblock;
  const perGroup = 2 ** (groupBlocksLog + inodesPerBlockLog);
  const group = Math.floor(number / perGroup);
  const within = number % perGroup;
  const block = Math.floor(within / 2 ** inodesPerBlockLog);
  const linear = group * groupBlocks + block;
  if (!Number.isSafeInteger(number) || number <= 0 || group >= groups || block >= groupBlocks || linear >= blockCount)
    throw corrupt('inode', { inode: number });
  return linear * blockSize + (within % 2 ** inodesPerBlockLog) * inodeSize;
}

function parseInode(
  superblock: Superblock,
  bytes: Buffer,
  of: { readonly number: number; readonly volumeOffset: number },
): Inode {
  const { number } = of;
  if (bytes.length !== superblock.inodeSize || bytes.toString('latin1', 0, 2) !== 'IN') throw corrupt('inode', { inode: number });
  const isVersion3 = bytes[4] === 3;
  if (isVersion3 !== superblock.isVersion5) throw corrupt('inode', { inode: number, version: bytes[4]! });
  if (isVersion3 && (!isSealed(bytes, 100) || number64(bytes, 152, 'inode') !== number))
    throw corrupt('inode', { inode: number, checksum: 'wrong' });
  const mode = bytes.readUInt16BE(2);
  const more = isVersion3 ? bytes.readBigUInt64BE(120) : 0n;
  return {
    ...of,
    type: kinds[mode >>> 12] ?? 'other',
    sizeBytes: number64(bytes, 56, 'inode'),
    unix: { mode, uid: bytes.readUInt32BE(8), gid: bytes.readUInt32BE(12) },
    links: bytes[4] === 1 ? bytes.readUInt16BE(6) : bytes.readUInt32BE(16),
    times: timesOf(bytes, { isVersion3, isBig: (more & flags2.bigTime) !== 0n }),
    blocks: number64(bytes, 64, 'inode'),
    isRealtime: (bytes.readUInt16BE(90) & 1) !== 0,
    ...forksOf(bytes, { number, start: isVersion3 ? 176 : 100, isLarge: (more & flags2.largeCounts) !== 0n }),
  };
}

function forksOf(
  bytes: Buffer,
  of: { readonly number: number; readonly start: number; readonly isLarge: boolean },
): Pick<Inode, 'data' | 'attributes'> {
  const { start, isLarge, number } = of;
  const forkOffset = bytes.readUInt8(82) * 8;
  const attributesAt = forkOffset === 0 ? bytes.length : start + forkOffset;
  const format = formats[bytes[5]!];
  if (format === undefined || attributesAt > bytes.length) throw corrupt('inode', { inode: number, format: bytes[5]! });
  const extents = isLarge ? number64(bytes, 24, 'inode') : bytes.readUInt32BE(76);
  const data = { format, bytes: Buffer.from(bytes.subarray(start, attributesAt)), extents };
  if (attributesAt === bytes.length) return { data, attributes: undefined };
  const attributeFormat = formats[bytes[83]!];
  if (attributeFormat === undefined) throw corrupt('inode', { inode: number, attributeFormat: bytes[83]! });
  const attributeExtents = isLarge ? bytes.readUInt32BE(76) : bytes.readUInt16BE(80);
  const attributes = {
    format: attributeFormat,
    bytes: Buffer.from(bytes.subarray(attributesAt)),
    extents: attributeExtents,
  };
  return { data, attributes };
}

/** [XFS] "Inode Timestamps": seconds and nanoseconds, or nanoseconds since the smallest number of seconds. */
function timesOf(bytes: Buffer, of: { readonly isVersion3: boolean; readonly isBig: boolean }): FileTimes {
  const time = (at: number): bigint =>
    of.isBig
      ? bytes.readBigUInt64BE(at) - 2n ** 31n * 1_000_000_000n
      : BigInt(bytes.readInt32BE(at)) * 1_000_000_000n + BigInt(bytes.readUInt32BE(at + 4));
  return { accessed: time(32), modified: time(40), changed: time(48), created: of.isVersion3 ? time(144) : null };
}
