import { HostkeepError, type ErrorDetails } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { cursorOver, type Cursor, isPowerOfTwo } from '#engine/bytes';
import { checksum, checksumStart } from './checksums.ts';

/** [EXT4] is "ext4 Data Structures and Algorithms" of the Linux kernel's documentation; sections are named by their headings. */
export const compatible = { journal: 0x4, sparseSuper2: 0x200 } as const;
export const incompatible = {
  journalDevice: 0x8,
  recover: 0x4,
  metaGroups: 0x10,
  extents: 0x40,
  bits64: 0x80,
  flexGroups: 0x200,
  attributeInodes: 0x400,
  checksumSeed: 0x2000,
  inlineData: 0x8000,
  encrypt: 0x10000,
} as const;
export const readOnlyCompatible = {
  sparseSuper: 0x1,
  hugeFile: 0x8,
  groupChecksum: 0x10,
  bigAlloc: 0x200,
  checksums: 0x400,
} as const;

/** All that is known to be understood for reading: file types, large folders, multi-mount protection and case folding need nothing. */
const understood = 0x2 | 0x4 | 0x10 | 0x40 | 0x80 | 0x100 | 0x200 | 0x400 | 0x2000 | 0x4000 | 0x8000 | 0x10000 | 0x20000;

/** What the superblock says ([EXT4] "Super Block"); bytes unless named otherwise. */
export interface Superblock {
  readonly blockSize: number;
  readonly clusterBytes: number;
  readonly clustersPerGroup: number;
  readonly blocksPerGroup: number;
  readonly inodeSize: number;
  readonly inodesPerGroup: number;
  readonly inodeCount: number;
  readonly blockCount: number;
  readonly firstDataBlock: number;
  readonly groupCount: number;
  readonly descriptorSize: number;
  readonly reservedTableBlocks: number;
  readonly firstMetaGroup: number;
  readonly backupGroups: readonly number[];
  readonly features: { readonly compatible: number; readonly incompatible: number; readonly readOnly: number };
  readonly journalInode: number;
  readonly uuid: Buffer;
  /** Where the checksums of other structures start. */
  readonly seed: number;
  readonly state: number;
  readonly revision: number;
  readonly label: string;
}

export function corrupt(structure: string, details: ErrorDetails = {}): HostkeepError {
  return new HostkeepError('format/ext4-corrupt', { structure, ...details });
}

export function hasChecksums({ features }: Superblock): boolean {
  return (features.readOnly & readOnlyCompatible.checksums) !== 0;
}

/** @throws HostkeepError format/ext4-corrupt, format/ext4-unsupported */
export async function readSuperblock(source: BlockSource): Promise<Superblock> {
  const bytes = await readBytes(source, 1024, 1024);
  const cursor = cursorOver(bytes, 'format/ext4-corrupt', 'superblock');
  if (cursor.u16(56) !== 0xef53) throw corrupt('superblock');
  const features = { compatible: cursor.u32(92), incompatible: cursor.u32(96), readOnly: cursor.u32(100) };
  const hasSums = (features.readOnly & readOnlyCompatible.checksums) !== 0;
  if (hasSums && checksum(checksumStart, bytes.subarray(0, 1020)) !== cursor.u32(1020))
    throw corrupt('superblock', { checksum: cursor.u32(1020) });
  const unknown = features.incompatible & ~understood;
  if (unknown !== 0) throw new HostkeepError('format/ext4-unsupported', { features: `0x${(unknown >>> 0).toString(16)}` });
  const superblock = parseSuperblock(cursor, features);
  checkSizes(superblock, source);
  return superblock;
}

function parseSuperblock(cursor: Cursor, features: Superblock['features']): Superblock {
  const is64 = (features.incompatible & incompatible.bits64) !== 0;
  const [blockShift, clusterShift] = [cursor.u32(24), cursor.u32(28)];
  if (blockShift > 6 || clusterShift > 20) throw corrupt('superblock', { blockShift, clusterShift });
  const blockSize = 1024 * 2 ** blockShift;
  const isClustered = (features.readOnly & readOnlyCompatible.bigAlloc) !== 0;
  const revision = cursor.u32(76);
  const blockCount = cursor.u32(4) + (is64 ? cursor.u32(336) * 2 ** 32 : 0);
  const [firstDataBlock, blocksPerGroup] = [cursor.u32(20), cursor.u32(32)];
  const uuid = Buffer.from(cursor.bytes(104, 16));
  const isSeeded = (features.incompatible & incompatible.checksumSeed) !== 0;
  return {
    blockSize,
    clusterBytes: isClustered ? 1024 * 2 ** clusterShift : blockSize,
    clustersPerGroup: isClustered ? cursor.u32(36) : blocksPerGroup,
    blocksPerGroup,
    inodeSize: revision === 0 ? 128 : cursor.u16(88),
    inodesPerGroup: cursor.u32(40),
    inodeCount: cursor.u32(0),
    blockCount,
    firstDataBlock,
    groupCount: Math.ceil((blockCount - firstDataBlock) / Math.max(1, blocksPerGroup)),
    descriptorSize: is64 ? cursor.u16(254) : 32,
    reservedTableBlocks: cursor.u16(206),
    firstMetaGroup: cursor.u32(260),
    backupGroups: [cursor.u32(588), cursor.u32(592)],
    features,
    journalInode: cursor.u32(224),
    uuid,
    seed: isSeeded ? cursor.u32(624) : checksum(checksumStart, uuid),
    state: cursor.u16(58),
    revision,
    label: cursor.bytes(120, 16).toString('utf8').split('\0', 1)[0] ?? '',
  };
}

function checkSizes(superblock: Superblock, source: BlockSource): void {
  const { blockSize, clusterBytes, inodeSize, descriptorSize, blockCount, firstDataBlock } = superblock;
  const { blocksPerGroup, clustersPerGroup, inodesPerGroup } = superblock;
  const sane =
    blocksPerGroup > 0 &&
    clustersPerGroup > 0 &&
    clustersPerGroup <= blockSize * 8 &&
    clusterBytes >= blockSize &&
    clusterBytes <= 2 ** 30 &&
    inodesPerGroup > 0 &&
    inodesPerGroup <= blockSize * 8 &&
    inodeSize >= 128 &&
    inodeSize <= blockSize &&
    isPowerOfTwo(inodeSize) &&
    descriptorSize >= 32 &&
    descriptorSize <= 1024 &&
    isPowerOfTwo(descriptorSize) &&
    firstDataBlock <= 1;
  if (!sane || blockCount <= firstDataBlock || blockCount * blockSize > source.sizeBytes + blockSize)
    throw corrupt('superblock', { blockCount, blockSize, inodeSize, descriptorSize });
}
