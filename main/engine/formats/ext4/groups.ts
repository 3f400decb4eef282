import type { ByteRange } from '#contract';
import { readBytes, subtract, coalesce, type BlockSource } from '#engine/blocks';
import { cursorOver } from '#engine/bytes';
import { bitmapFreeRanges } from '../bitmap.ts';
import { keepNewest } from '../kept.ts';
import { checksum, crc16, le32 } from './checksums.ts';
import { compatible, corrupt, hasChecksums, incompatible, readOnlyCompatible, type Superblock } from './superblock.ts';

/** A block group ([EXT4] "Block Group Descriptors"); block numbers. */
export interface Group {
  readonly blockBitmap: number;
  readonly inodeBitmap: number;
  readonly inodeTable: number;
  /** The block bitmap was never written: nothing but metadata is in use. */
  readonly isUninitialised: boolean;
  readonly bitmapChecksum: number;
}

export type GroupOf = (group: number) => Promise<Group>;

export function groupReader(source: BlockSource, superblock: Superblock): GroupOf {
  const { descriptorSize, blockCount } = superblock;
  return keepNewest(4096, async (group) => {
    const bytes = await readBytes(source, descriptorOffset(superblock, group), descriptorSize);
    checkDescriptor(superblock, bytes, group);
    const cursor = cursorOver(bytes, 'format/ext4-corrupt', 'group descriptor');
    const wide = descriptorSize >= 64;
    const block = (at: number): number => {
      const value = cursor.u32(at) + (wide ? cursor.u32(at + 32) * 2 ** 32 : 0);
      if (value === 0 || value >= blockCount) throw corrupt('group descriptor', { group, block: value });
      return value;
    };
    return {
      blockBitmap: block(0),
      inodeBitmap: block(4),
      inodeTable: block(8),
      isUninitialised: (cursor.u16(18) & 2) !== 0,
      bitmapChecksum: cursor.u16(24) + (wide ? cursor.u16(56) * 65_536 : 0),
    };
  });
}

/** After the superblock, or, with meta block groups, spread over the volume ([EXT4] "Meta Block Groups"). */
function descriptorOffset(superblock: Superblock, group: number): number {
  const { blockSize, descriptorSize, firstMetaGroup } = superblock;
  const perBlock = Math.floor(blockSize / descriptorSize);
  const index = Math.floor(group / perBlock);
  const within = (group % perBlock) * descriptorSize;
  const isMeta = (superblock.features.incompatible & incompatible.metaGroups) !== 0;
  if (!isMeta || index < firstMetaGroup) return (superblockBlock(superblock) + 1 + index) * blockSize + within;
  const first = index * perBlock;
  const shift = first === 0 ? superblockBlock(superblock) - superblock.firstDataBlock : 0;
  return (firstBlockOf(superblock, first) + (hasSuperblock(superblock, first) ? 1 : 0) + shift) * blockSize + within;
}

/** The superblock is 1024 bytes from the start, whatever the first block of data is: with clusters that is block 0 always. */
function superblockBlock({ blockSize }: Superblock): number {
  return blockSize === 1024 ? 1 : 0;
}

function firstBlockOf({ firstDataBlock, blocksPerGroup }: Superblock, group: number): number {
  return firstDataBlock + group * blocksPerGroup;
}

/** [EXT4] "Sparse Superblocks": groups 0, 1, and powers of 3, 5 and 7; or two that are named. */
function hasSuperblock({ features, backupGroups }: Superblock, group: number): boolean {
  if (group === 0) return true;
  if ((features.compatible & compatible.sparseSuper2) !== 0) return backupGroups.includes(group);
  if ((features.readOnly & readOnlyCompatible.sparseSuper) === 0 || group === 1) return true;
  return [3, 5, 7].some((base) => {
    let power = base;
    while (power < group) power *= base;
    return power === group;
  });
}

function checkDescriptor(superblock: Superblock, bytes: Buffer, group: number): void {
  const [head, tail] = [bytes.subarray(0, 30), bytes.subarray(32)];
  const stored = bytes.readUInt16LE(30);
  if (hasChecksums(superblock)) {
    const sum = checksum(superblock.seed, le32(group), head, Buffer.alloc(2), tail) & 0xffff;
    if (sum !== stored) throw corrupt('group descriptor', { group, checksum: stored });
  } else if ((superblock.features.readOnly & readOnlyCompatible.groupChecksum) !== 0) {
    if (crc16(0xffff, superblock.uuid, le32(group), head, tail) !== stored)
      throw corrupt('group descriptor', { group, checksum: stored });
  }
}

/** By the block bitmap of each group ([EXT4] "Block and Inode Bitmaps"), which counts in clusters where they have several blocks. */
export async function* freeRanges(source: BlockSource, superblock: Superblock, groupOf: GroupOf): AsyncIterable<ByteRange> {
  const { blockSize, clusterBytes, clustersPerGroup, blockCount, groupCount } = superblock;
  let metadata: readonly ByteRange[] | undefined;
  for (let group = 0; group < groupCount; group += 1) {
    const described = await groupOf(group);
    const start = firstBlockOf(superblock, group) * blockSize;
    const end = Math.min(blockCount * blockSize, start + clustersPerGroup * clusterBytes);
    if (described.isUninitialised) {
      metadata ??= await metadataRanges(superblock, groupOf);
      yield* subtract([{ offset: start, length: end - start }], metadata);
      continue;
    }
    const bitmap = await readBytes(source, described.blockBitmap * blockSize, Math.ceil(clustersPerGroup / 8));
    checkBitmap(superblock, bitmap, { group, stored: described.bitmapChecksum });
    const read = async (offset: number, target: Uint8Array): Promise<void> =>
      target.set(bitmap.subarray(offset, offset + target.byteLength));
    // The last cluster of the volume may be cut short by its end; its blocks are left alone.
    yield* bitmapFreeRanges({ units: Math.floor((end - start) / clusterBytes), unitBytes: clusterBytes, start, read });
  }
}

function checkBitmap(superblock: Superblock, bitmap: Buffer, of: { readonly group: number; readonly stored: number }): void {
  if (!hasChecksums(superblock)) return;
  const mask = superblock.descriptorSize >= 64 ? 0xffffffff : 0xffff;
  const sum = checksum(superblock.seed, bitmap) & mask;
  if (sum >>> 0 !== of.stored) throw corrupt('block bitmap', { group: of.group, checksum: of.stored });
}

/** Superblocks, descriptors, bitmaps and inode tables of all groups: with flexible groups they may lie in any. */
async function metadataRanges(superblock: Superblock, groupOf: GroupOf): Promise<readonly ByteRange[]> {
  const { blockSize, groupCount, descriptorSize, inodesPerGroup, inodeSize, reservedTableBlocks } = superblock;
  const tableBlocks = Math.ceil((inodesPerGroup * inodeSize) / blockSize);
  const descriptorBlocks = Math.ceil((groupCount * descriptorSize) / blockSize);
  const ranges: ByteRange[] = [];
  const add = (block: number, blocks: number): void =>
    void ranges.push({ offset: block * blockSize, length: blocks * blockSize });
  for (let group = 0; group < groupCount; group += 1) {
    const { blockBitmap, inodeBitmap, inodeTable } = await groupOf(group);
    add(blockBitmap, 1);
    add(inodeBitmap, 1);
    add(inodeTable, tableBlocks);
    // Descriptors of meta block groups, which may be in a group's first three blocks whether it has a superblock or not.
    add(firstBlockOf(superblock, group), hasSuperblock(superblock, group) ? 3 + descriptorBlocks + reservedTableBlocks : 3);
  }
  return coalesce(ranges);
}
