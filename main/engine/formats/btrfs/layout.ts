/**
 * [BTRFS] is the "On-disk Format" of the Btrfs documentation (btrfs.readthedocs.io/en/latest/dev/On-disk-format.html), with the
 * structures of Linux include/uapi/linux/btrfs_tree.h. All integers are little-endian.
 */
import { HostkeepError, type ErrorDetails } from '#contract';

export function corrupt(structure: string, details: ErrorDetails = {}): HostkeepError {
  return new HostkeepError('format/btrfs-corrupt', { structure, ...details });
}

export function unsupported(details: ErrorDetails): HostkeepError {
  return new HostkeepError('format/btrfs-unsupported', details);
}

/** [BTRFS] "Reserved Object IDs". Those counted from the end are negative here. */
export const objects = {
  rootTree: 1,
  extentTree: 2,
  fsTree: 5,
  rootFolder: 6,
  checksumTree: 7,
  logTrees: -6,
  checksums: -10,
  firstChunk: 256,
  /** The first folder of every subvolume. */
  subvolumeRoot: 256,
} as const;

/** [BTRFS] "Item Types". */
export const items = {
  inode: 1,
  inodeRef: 12,
  inodeExtendedRef: 13,
  xattr: 24,
  logIndex: 72,
  folderItem: 84,
  folderIndex: 96,
  extentData: 108,
  checksum: 128,
  root: 132,
  rootBackRef: 144,
  extent: 168,
  metadata: 169,
  blockGroup: 192,
  chunk: 228,
} as const;

export const keyBytes = 17;
/** [BTRFS] "Header" of a tree block. */
export const headerBytes = 101;
export const itemBytes = 25;
export const pointerBytes = 33;
export const superblockBytes = 4096;

/** [BTRFS] "Key". `objectid` and `offset` are negative when they stand for the last numbers of 64 bits; -1 is the very last. */
export interface Key {
  readonly objectid: number;
  readonly type: number;
  readonly offset: number;
}

/** Below zero, at or above it, by the key that stands in the bytes. Numbers compare as unsigned ones of 64 bits. */
export function compareKeyAt(bytes: Buffer, at: number, key: Key): number {
  return compare64(bytes, at, key.objectid) || bytes[at + 8]! - key.type || compare64(bytes, at + 9, key.offset);
}

function compare64(bytes: Buffer, at: number, value: number): number {
  const high = bytes.readUInt32LE(at + 4) - (Math.floor(value / 2 ** 32) >>> 0);
  return high === 0 ? bytes.readUInt32LE(at) - (value >>> 0) : high;
}

/** Two keys that stand in bytes. */
export function compareKeys(left: Buffer, leftAt: number, right: Buffer, rightAt: number): number {
  return (
    compareWords(left, leftAt, right, rightAt) ||
    left[leftAt + 8]! - right[rightAt + 8]! ||
    compareWords(left, leftAt + 9, right, rightAt + 9)
  );
}

/** Two keys, in the order in which trees have them. */
export function orderOfKeys(left: Key, right: Key): number {
  return order64(left.objectid, right.objectid) || left.type - right.type || order64(left.offset, right.offset);
}

function order64(left: number, right: number): number {
  return left < 0 === right < 0 ? left - right : right - left;
}

export function writeKey(bytes: Buffer, at: number, { objectid, type, offset }: Key): void {
  bytes.writeBigInt64LE(BigInt(objectid), at);
  bytes[at + 8] = type;
  bytes.writeBigInt64LE(BigInt(offset), at + 9);
}

function compareWords(left: Buffer, leftAt: number, right: Buffer, rightAt: number): number {
  return (
    left.readUInt32LE(leftAt + 4) - right.readUInt32LE(rightAt + 4) || left.readUInt32LE(leftAt) - right.readUInt32LE(rightAt)
  );
}

/** @throws HostkeepError format/btrfs-corrupt for numbers that no key of a file, folder or extent has */
export function keyAt(bytes: Buffer, at: number): Key {
  return { objectid: signed64(bytes, at), type: bytes[at + 8]!, offset: signed64(bytes, at + 9) };
}

function signed64(bytes: Buffer, at: number): number {
  const value = bytes.readInt32LE(at + 4) * 2 ** 32 + bytes.readUInt32LE(at);
  if (!Number.isSafeInteger(value)) throw corrupt('key');
  return value;
}

/** @throws HostkeepError format/btrfs-corrupt when it has more than 53 bits */
export function number64(bytes: Buffer, at: number, structure: string): number {
  const value = bytes.readUInt32LE(at + 4) * 2 ** 32 + bytes.readUInt32LE(at);
  if (!Number.isSafeInteger(value)) throw corrupt(structure, { field: at });
  return value;
}

/** The hash of a name in a folder: CRC-32C that begins with all bits but the first, and is not turned over at the end. */
export const nameHashStart = 1;
