import type { Inode } from './inode.ts';
import { corrupt, items, number64, unsupported } from './layout.ts';
import { itemsOf } from './tree.ts';
import type { BtrfsVolume } from './volume.ts';

export const compressions = ['none', 'zlib', 'lzo', 'zstd'] as const;
export type Compression = (typeof compressions)[number];

/** A stretch of a file [BTRFS] "EXTENT_DATA". Holes have none. */
export interface FileExtent {
  readonly offset: number;
  readonly length: number;
  readonly compression: Compression;
  readonly stored: InlineData | StoredExtent | 'unwritten';
}

/** In the tree itself. */
export interface InlineData {
  readonly kind: 'inline';
  readonly bytes: Buffer;
}

/** Of an extent, which several files may share, a part. */
export interface StoredExtent {
  readonly kind: 'extent';
  readonly logical: number;
  readonly storedBytes: number;
  /** What it gives unpacked. */
  readonly plainBytes: number;
  /** Where this stretch begins in that. */
  readonly skip: number;
}

export const inlineHeader = 21;
export const regularBytes = 53;
export const extentTypes = { inline: 0, regular: 1, unwritten: 2 } as const;
const maximumExtents = 2_000_000;
/** Nothing is packed in larger pieces (Linux fs/btrfs/compression.h). */
const longestPacked = 128 * 1024;

/** @throws HostkeepError format/btrfs-corrupt, format/btrfs-unsupported */
export async function readExtents(volume: BtrfsVolume, inode: Inode): Promise<readonly FileExtent[]> {
  const extents: FileExtent[] = [];
  let end = 0;
  const root = await volume.rootOf(inode.tree);
  for await (const found of volume.trees.between(root, itemsOf(inode.number, items.extentData))) {
    for (const { key, bytes } of found) {
      const extent = parseExtent(inode, key.offset, bytes);
      if (extent === undefined) continue;
      if (extent.offset < end || extents.length >= maximumExtents)
        throw corrupt('extent', { inode: inode.number, offset: extent.offset });
      end = extent.offset + extent.length;
      extents.push(extent);
    }
  }
  return extents;
}

/** Undefined for a hole. */
function parseExtent(inode: Inode, offset: number, bytes: Buffer): FileExtent | undefined {
  const damaged = (): Error => corrupt('extent', { inode: inode.number, offset });
  if (offset < 0 || bytes.length <= inlineHeader) {
    if (bytes.length === inlineHeader && bytes[20] === extentTypes.inline) return undefined;
    throw damaged();
  }
  if (bytes[17] !== 0 || bytes.readUInt16LE(18) !== 0) throw unsupported({ feature: 'encoding', inode: inode.number });
  const compression = compressions[bytes[16]!];
  if (compression === undefined) throw unsupported({ feature: `compression ${bytes[16]}`, inode: inode.number });
  const plainBytes = number64(bytes, 8, 'extent');
  if (compression !== 'none' && plainBytes > longestPacked) throw damaged();
  if (bytes[20] === extentTypes.inline) {
    const stored = bytes.subarray(inlineHeader);
    if (offset !== 0 || (compression === 'none' && plainBytes !== stored.length)) throw damaged();
    return { offset, length: plainBytes, compression, stored: { kind: 'inline', bytes: stored } };
  }
  if (bytes.length < regularBytes || bytes[20]! > extentTypes.unwritten) throw damaged();
  const number = (at: number): number => number64(bytes, at, 'extent');
  const [logical, storedBytes, skip, length] = [number(21), number(29), number(37), number(45)];
  const whole = compression === 'none' ? storedBytes : plainBytes;
  if (length === 0 || !Number.isSafeInteger(offset + length)) throw damaged();
  if (logical === 0) return undefined;
  if (skip + length > whole || (compression !== 'none' && storedBytes > longestPacked)) throw damaged();
  if (bytes[20] === extentTypes.unwritten) return { offset, length, compression: 'none', stored: 'unwritten' };
  return { offset, length, compression, stored: { kind: 'extent', logical, storedBytes, plainBytes: whole, skip } };
}
