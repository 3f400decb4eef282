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
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
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

export interface InodeReader {
  (number: number): Promise<Inode>;
  /** Where on the volume an inode lies, whatever it holds. */
  placeOf(number: number): Promise<number>;
  /** The same without waiting; undefined where it would have to be read. */
  atHand(number: number): Inode | undefined;
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
/** Blocks of a file are counted in 32 bits. */
const mostBlocks = 2 ** 32;

/** Reads inodes from the groups' tables, a window at a time. */
export function inodeReader(source: BlockSource, superblock: Superblock, groupOf: GroupOf): InodeReader {
  const { blockSize, inodeSize, inodesPerGroup } = superblock;
  const windowAt = keepNewest(64, (start) => readBytes(source, start, Math.min(windowBytes, source.sizeBytes - start)));
  const isSound = hasChecksums(superblock) ? inodeCheck(superblock) : () => true;
  const placeIn = (inodeTable: number, number: number): number =>
    inodeTable * blockSize + ((number - 1) % inodesPerGroup) * inodeSize;
  const groupOfInode = (number: number): number => {
    if (number < 1 || number > superblock.inodeCount) throw corrupt('inode', { inode: number });
    return Math.floor((number - 1) / inodesPerGroup);
  };
  const placeOf = async (number: number): Promise<number> => placeIn((await groupOf(groupOfInode(number))).inodeTable, number);
  const parse = (window: Buffer, start: number, of: { readonly number: number; readonly at: number }): Inode => {
    const { number, at } = of;
    const bytes = window.subarray(at - start, at - start + inodeSize);
    if (bytes.length < inodeSize) throw corrupt('inode', { inode: number, offset: at });
    const extraSize = inodeSize > 128 ? bytes.readUInt16LE(128) : 0;
    if (inodeSize > 128 && extraSize > inodeSize - 128) throw corrupt('inode', { inode: number, extraSize });
    if (!isSound(bytes, number, extraSize)) throw corrupt('inode', { inode: number, checksum: 'wrong' });
    const inode = new StoredInode(superblock, bytes, { number, volumeOffset: at, extraSize });
    if (inode.type === 'file' && inode.sizeBytes > mostBlocks * blockSize)
      throw corrupt('inode', { inode: number, sizeBytes: inode.sizeBytes });
    return inode;
  };
  /** What was read last: neighbours are mostly asked for one after the other. */
  let last: { readonly group: number; readonly inodeTable: number; readonly start: number; readonly window: Buffer } = {
    group: -1,
    inodeTable: 0,
    start: -1,
    window: Buffer.alloc(0),
  };
  const read = async (number: number): Promise<Inode> => {
    const group = groupOfInode(number);
    const { inodeTable } = await groupOf(group);
    const at = placeIn(inodeTable, number);
    const start = Math.floor(at / windowBytes) * windowBytes;
    const window = await windowAt(start);
    last = { group, inodeTable, start, window };
    return parse(window, start, { number, at });
  };
  const atHand = (number: number): Inode | undefined => {
    const { group, inodeTable, start, window } = last;
    if (groupOfInode(number) !== group) return undefined;
    const at = placeIn(inodeTable, number);
    return Math.floor(at / windowBytes) * windowBytes === start ? parse(window, start, { number, at }) : undefined;
  };
  return Object.assign(read, { placeOf, atHand });
}

interface Placed {
  readonly number: number;
  readonly volumeOffset: number;
  readonly extraSize: number;
}

/**
 * A class, since a volume may have millions of them: what most are never asked is worked out when it is, and that costs nothing per
 * inode only where it stands in a prototype.
 */
class StoredInode implements Inode {
  readonly number: number;
  readonly volumeOffset: number;
  readonly type: FileKind;
  readonly sizeBytes: number;
  readonly flags: number;
  readonly #superblock: Superblock;
  readonly #bytes: Buffer;
  readonly #extraSize: number;
  readonly #mode: number;

  constructor(superblock: Superblock, bytes: Buffer, of: Placed) {
    this.#superblock = superblock;
    this.#bytes = bytes;
    this.#extraSize = of.extraSize;
    this.#mode = bytes.readUInt16LE(0);
    this.number = of.number;
    this.volumeOffset = of.volumeOffset;
    this.type = kinds[this.#mode >>> 12] ?? 'other';
    this.sizeBytes = bytes.readUInt32LE(4) + bytes.readUInt32LE(108) * 2 ** 32;
    this.flags = bytes.readUInt32LE(32);
  }

  get unix(): Inode['unix'] {
    const bytes = this.#bytes;
    const uid = bytes.readUInt16LE(2) + bytes.readUInt16LE(120) * 65_536;
    return { mode: this.#mode, uid, gid: bytes.readUInt16LE(24) + bytes.readUInt16LE(122) * 65_536 };
  }

  get links(): number {
    return this.#bytes.readUInt16LE(26);
  }

  get times(): FileTimes {
    return timesOf(this.#bytes, this.#extraSize);
  }

  get modifiedMs(): number {
    return millisecondsAt(this.#bytes, this.#extraSize, { at: 16, extraAt: 136 });
  }

  get allocatedBytes(): number {
    const units = this.#bytes.readUInt32LE(28) + this.#bytes.readUInt16LE(116) * 2 ** 32;
    return units * ((this.flags & inodeFlags.hugeFile) === 0 ? 512 : this.#superblock.blockSize);
  }

  get attributeBlock(): number {
    return this.#bytes.readUInt32LE(104) + this.#bytes.readUInt16LE(118) * 2 ** 32;
  }

  get seed(): number {
    return checksum(this.#superblock.seed, le32(this.number), le32(this.#bytes.readUInt32LE(100)));
  }

  get map(): Cursor {
    return this.#cursor(40, 60);
  }

  get extra(): Cursor {
    const at = this.#bytes.length > 128 ? 128 + this.#extraSize : this.#bytes.length;
    return this.#cursor(at, this.#bytes.length - at);
  }

  #cursor(offset: number, length: number): Cursor {
    return cursorOver(this.#bytes.subarray(offset, offset + length), 'format/ext4-corrupt', 'inode');
  }
}

const checksumPlaces = { low: 124, high: 130 } as const;

/**
 * The sum is over the number, the generation and the whole inode, its own two halves as zeros. An inode that was never used is all
 * zeros.
 */
function inodeCheck(superblock: Superblock): (bytes: Buffer, number: number, extraSize: number) => boolean {
  const summed = Buffer.alloc(8 + superblock.inodeSize);
  return (bytes, number, extraSize) => {
    const hasHigh = bytes.length > 128 && extraSize >= 4;
    summed.writeUInt32LE(number, 0);
    bytes.copy(summed, 4, 100, 104);
    bytes.copy(summed, 8);
    summed.writeUInt16LE(0, 8 + checksumPlaces.low);
    if (hasHigh) summed.writeUInt16LE(0, 8 + checksumPlaces.high);
    const stored = bytes.readUInt16LE(checksumPlaces.low) + (hasHigh ? bytes.readUInt16LE(checksumPlaces.high) * 65_536 : 0);
    const sum = checksum(superblock.seed, summed);
    return (hasHigh ? sum : sum & 0xffff) === stored || bytes.every((byte) => byte === 0);
  };
}

/** Seconds since 1970; the extra fields add two high bits and nanoseconds ([EXT4] "Inode Timestamps"). */
function timesOf(bytes: Buffer, extraSize: number): FileTimes {
  const time = (at: number, extraAt: number): bigint => timeAt(bytes, extraSize, { at, extraAt });
  return {
    created: extraSize >= 24 ? time(144, 148) : null,
    modified: time(16, 136),
    accessed: time(8, 140),
    changed: time(12, 132),
  };
}

function millisecondsAt(bytes: Buffer, extraSize: number, of: { readonly at: number; readonly extraAt: number }): number {
  const seconds = bytes.readInt32LE(of.at);
  if (128 + extraSize < of.extraAt + 4) return seconds * 1000;
  const extra = bytes.readUInt32LE(of.extraAt);
  return (seconds + (extra & 3) * 2 ** 32) * 1000 + Math.trunc((extra >>> 2) / 1_000_000);
}

function timeAt(bytes: Buffer, extraSize: number, of: { readonly at: number; readonly extraAt: number }): bigint {
  const seconds = BigInt(bytes.readInt32LE(of.at));
  if (128 + extraSize < of.extraAt + 4) return seconds * 1_000_000_000n;
  const extra = bytes.readUInt32LE(of.extraAt);
  return (seconds + (BigInt(extra & 3) << 32n)) * 1_000_000_000n + BigInt(extra >>> 2);
}
