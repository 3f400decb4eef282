import { readBytes, type BlockSource } from '#engine/blocks';
import { cursorOver, type Cursor } from '#engine/bytes';
import type { FileKind, FileTimes } from '../file-system.ts';
import { keepNewest } from '../kept.ts';
import { checksum, le32 } from './checksums.ts';
import type { GroupOf } from './groups.ts';
import { corrupt, hasChecksums, type Superblock } from './superblock.ts';

/** [EXT4] "Inode Structure". */
export interface Inode {
  readonly number: number;
  readonly type: FileKind;
  readonly sizeBytes: number;
  readonly flags: number;
  readonly unix: { readonly mode: number; readonly uid: number; readonly gid: number };
  readonly links: number;
  readonly times: FileTimes;
  readonly allocatedBytes: number;
  /** Where on the volume the inode lies. */
  readonly volumeOffset: number;
  /** Block of extended attributes; 0 for none. */
  readonly attributeBlock: number;
  /** Where the checksums of what belongs to this inode start. */
  readonly seed: number;
  /** The 60 bytes that hold extents, block numbers, or a short link. */
  readonly map: Cursor;
  /** Extended attributes inside the inode. */
  readonly extra: Cursor;
}

export type InodeOf = (number: number) => Promise<Inode>;

export const inodeFlags = {
  encrypted: 0x800,
  indexed: 0x1000,
  hugeFile: 0x40000,
  extents: 0x80000,
  inlineData: 0x10000000,
} as const;
const kinds: Readonly<Record<number, FileKind>> = { 0x8: 'file', 0x4: 'folder', 0xa: 'symlink' };
const windowBytes = 64 * 1024;

/** Reads inodes from the groups' tables, a window at a time. */
export function inodeReader(source: BlockSource, superblock: Superblock, groupOf: GroupOf): InodeOf {
  const { blockSize, inodeSize, inodesPerGroup } = superblock;
  const windowAt = keepNewest(64, (start) => readBytes(source, start, Math.min(windowBytes, source.sizeBytes - start)));
  return async (number) => {
    if (number < 1 || number > superblock.inodeCount) throw corrupt('inode', { inode: number });
    const { inodeTable } = await groupOf(Math.floor((number - 1) / inodesPerGroup));
    const at = inodeTable * blockSize + ((number - 1) % inodesPerGroup) * inodeSize;
    const start = Math.floor(at / windowBytes) * windowBytes;
    const window = cursorOver(await windowAt(start), 'format/ext4-corrupt', 'inode');
    return parseInode(superblock, window.bytes(at - start, inodeSize), { number, volumeOffset: at });
  };
}

function parseInode(
  superblock: Superblock,
  bytes: Buffer,
  of: { readonly number: number; readonly volumeOffset: number },
): Inode {
  const cursor = cursorOver(bytes, 'format/ext4-corrupt', 'inode');
  const mode = cursor.u16(0);
  const flags = cursor.u32(32);
  const extraSize = bytes.length > 128 ? cursor.u16(128) : 0;
  if (extraSize > bytes.length - 128) throw corrupt('inode', { inode: of.number, extraSize });
  const seed = checksum(superblock.seed, le32(of.number), le32(cursor.u32(100)));
  if (hasChecksums(superblock)) checkInode(bytes, { seed, extraSize, number: of.number });
  const units = cursor.u32(28) + cursor.u16(116) * 2 ** 32;
  const extraAt = bytes.length > 128 ? 128 + extraSize : bytes.length;
  return {
    ...of,
    type: kinds[mode >>> 12] ?? 'other',
    sizeBytes: cursor.u32(4) + cursor.u32(108) * 2 ** 32,
    flags,
    unix: { mode, uid: cursor.u16(2) + cursor.u16(120) * 65_536, gid: cursor.u16(24) + cursor.u16(122) * 65_536 },
    links: cursor.u16(26),
    times: timesOf(cursor, extraSize),
    allocatedBytes: units * ((flags & inodeFlags.hugeFile) === 0 ? 512 : superblock.blockSize),
    attributeBlock: cursor.u32(104) + cursor.u16(118) * 2 ** 32,
    seed,
    map: cursor.sub(40, 60),
    extra: cursor.sub(extraAt, bytes.length - extraAt),
  };
}

const checksumPlaces = { low: 124, high: 130 } as const;

/** The sum is over the whole inode, its own two halves as zeros. An inode that was never used is all zeros. */
function checkInode(bytes: Buffer, of: { readonly seed: number; readonly extraSize: number; readonly number: number }): void {
  const hasHigh = bytes.length > 128 && of.extraSize >= 4;
  const summed = Buffer.from(bytes);
  summed.writeUInt16LE(0, checksumPlaces.low);
  if (hasHigh) summed.writeUInt16LE(0, checksumPlaces.high);
  const stored = bytes.readUInt16LE(checksumPlaces.low) + (hasHigh ? bytes.readUInt16LE(checksumPlaces.high) * 65_536 : 0);
  const sum = checksum(of.seed, summed);
  if ((hasHigh ? sum : sum & 0xffff) !== stored && bytes.some((byte) => byte !== 0))
    throw corrupt('inode', { inode: of.number, checksum: stored });
}

/** Seconds since 1970; the extra fields add two high bits and nanoseconds ([EXT4] "Inode Timestamps"). */
function timesOf(cursor: Cursor, extraSize: number): FileTimes {
  const time = (at: number, extraAt: number): bigint => {
    const seconds = BigInt(cursor.u32(at) | 0);
    if (128 + extraSize < extraAt + 4) return seconds * 1_000_000_000n;
    const extra = cursor.u32(extraAt);
    return (seconds + (BigInt(extra & 3) << 32n)) * 1_000_000_000n + BigInt(extra >>> 2);
  };
  return {
    created: extraSize >= 24 ? time(144, 148) : null,
    modified: time(16, 136),
    accessed: time(8, 140),
    changed: time(12, 132),
  };
}

export function modifiedOf({ times }: Inode): number {
  return Number(times.modified! / 1_000_000n);
}
