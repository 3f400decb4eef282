import { HostkeepError, type ErrorDetails } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { crc32c, isPowerOfTwo } from '#engine/bytes';

/** [XFS] is "XFS Algorithms & Data Structures", 3rd edition. All integers are big-endian but for checksums. */
export interface Superblock {
  readonly blockSize: number;
  readonly sectorSize: number;
  readonly inodeSize: number;
  readonly inodesPerBlock: number;
  readonly inodesPerBlockLog: number;
  readonly blockCount: number;
  readonly groupBlocks: number;
  readonly groupBlocksLog: number;
  readonly groups: number;
  readonly rootInode: number;
  readonly folderBlockBytes: number;
  /** First block of the log; 0 when it is on another device. */
  readonly logStart: number;
  readonly logBlocks: number;
  /** With checksums and owners in every structure. */
  readonly isVersion5: boolean;
  /** Directory entries tell the kind of file. */
  readonly hasFileTypes: boolean;
  readonly needsRepair: boolean;
  /** What structures of version 5 bear as theirs. */
  readonly metadataId: Buffer;
  readonly label: string;
}

/** `sb_features_incompat`: file types, sparse inode chunks, metadata UUID, big times, needs repair, large extent counts, exchange, parents. */
const understood = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x20 | 0x40 | 0x80;
const needsRepairBit = 0x10;
const metadataIdBit = 0x4;

export function corrupt(structure: string, details: ErrorDetails = {}): HostkeepError {
  return new HostkeepError('format/xfs-corrupt', { structure, ...details });
}

/** [XFS] "Superblocks". @throws HostkeepError format/xfs-corrupt, format/xfs-unsupported */
export async function readSuperblock(source: BlockSource): Promise<Superblock> {
  const sector = await readBytes(source, 0, 512);
  if (sector.toString('latin1', 0, 4) !== 'XFSB') throw corrupt('superblock');
  const version = sector.readUInt16BE(100) & 15;
  if (version !== 4 && version !== 5) throw new HostkeepError('format/xfs-unsupported', { version });
  const isVersion5 = version === 5;
  const sectorSize = sector.readUInt16BE(102);
  if (![512, 1024, 2048, 4096, 8192, 16_384, 32_768].includes(sectorSize)) throw corrupt('superblock', { sectorSize });
  if (isVersion5 && !isSealed(await readBytes(source, 0, sectorSize), 224)) throw corrupt('superblock', { checksum: 'wrong' });
  const incompatible = isVersion5 ? sector.readUInt32BE(216) : 0;
  if ((incompatible & ~understood) !== 0)
    throw new HostkeepError('format/xfs-unsupported', { features: `0x${(incompatible >>> 0).toString(16)}` });
  const blockSize = sector.readUInt32BE(4);
  const superblock: Superblock = {
    blockSize,
    sectorSize,
    inodeSize: sector.readUInt16BE(104),
    inodesPerBlock: sector.readUInt16BE(106),
    inodesPerBlockLog: sector[123]!,
    blockCount: number64(sector, 8, 'superblock'),
    groupBlocks: sector.readUInt32BE(84),
    groupBlocksLog: sector[124]!,
    groups: sector.readUInt32BE(88),
    rootInode: number64(sector, 56, 'superblock'),
    folderBlockBytes: blockSize * 2 ** sector[192]!,
    logStart: number64(sector, 48, 'superblock'),
    logBlocks: sector.readUInt32BE(96),
    isVersion5,
    hasFileTypes: isVersion5 ? (incompatible & 1) !== 0 : (sector.readUInt32BE(200) & 0x200) !== 0,
    needsRepair: (incompatible & needsRepairBit) !== 0,
    metadataId: (incompatible & metadataIdBit) === 0 ? sector.subarray(32, 48) : sector.subarray(248, 264),
    label: sector.toString('latin1', 108, 120).split('\0', 1)[0] ?? '',
  };
  checkSizes(superblock, source);
  return superblock;
}

function checkSizes(superblock: Superblock, source: BlockSource): void {
  const { blockSize, inodeSize, inodesPerBlock, inodesPerBlockLog, groupBlocks, groupBlocksLog, groups, blockCount } = superblock;
  const sane =
    isPowerOfTwo(blockSize) &&
    blockSize >= 512 &&
    blockSize <= 65_536 &&
    isPowerOfTwo(inodeSize) &&
    inodeSize >= 256 &&
    inodeSize <= 2048 &&
    inodesPerBlock * inodeSize === blockSize &&
    2 ** inodesPerBlockLog === inodesPerBlock &&
    groupBlocks > 0 &&
    groupBlocksLog <= 31 &&
    groupBlocks <= 2 ** groupBlocksLog &&
    groups > 0 &&
    groups <= 2 ** 20 &&
    blockCount <= groups * groupBlocks &&
    blockCount > (groups - 1) * groupBlocks &&
    superblock.folderBlockBytes <= 65_536;
  if (!sane || blockCount * blockSize > source.sizeBytes)
    throw corrupt('superblock', { blockSize, inodeSize, blockCount, groups });
}

/** Whether a structure's checksum holds, which stands in it at `at`, little-endian, and counts as zero. */
export function isSealed(bytes: Buffer, at: number): boolean {
  const sum = crc32c(bytes.subarray(at + 4), crc32c(new Uint8Array(4), crc32c(bytes.subarray(0, at))));
  return sum === bytes.readUInt32LE(at);
}

export function number64(bytes: Buffer, at: number, structure: string): number {
  const value = bytes.readBigUInt64BE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw corrupt(structure, { value: value.toString() });
  return Number(value);
}

/** Byte on the volume of a block named by group and place in it, as extents do. @throws HostkeepError format/xfs-corrupt */
export function offsetOfBlock(superblock: Superblock, block: number, count = 1): number {
  const { groupBlocks, groupBlocksLog, groups, blockSize, blockCount } = superblock;
  const group = Math.floor(block / 2 ** groupBlocksLog);
  const within = block % 2 ** groupBlocksLog;
  const linear = group * groupBlocks + within;
  if (group >= groups || within + count > groupBlocks || linear + count > blockCount) throw corrupt('block', { block, count });
  return linear * blockSize;
}
