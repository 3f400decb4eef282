import { HostkeepError } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { cursorOver } from '#engine/bytes';

/** What the superblock says (ext4 disk layout, "The Super Block"); bytes unless named otherwise. */
export interface Superblock {
  readonly blockSize: number;
  readonly inodeSize: number;
  readonly inodesPerGroup: number;
  readonly inodeCount: number;
  readonly blockCount: number;
  readonly firstDataBlock: number;
  readonly groupCount: number;
  readonly descriptorSize: number;
  readonly label: string;
  /** The journal holds what is not in place yet. */
  readonly needsRecovery: boolean;
}

/** Incompatible features that change how files are found: meta block groups, and what is encrypted or on another device. */
const refused = [
  { bit: 0x0008, name: 'external journal' },
  { bit: 0x0010, name: 'meta_bg' },
] as const;

export function corrupt(structure: string, details: Readonly<Record<string, string | number>> = {}): HostkeepError {
  return new HostkeepError('format/ext4-corrupt', { structure, ...details });
}

export async function readSuperblock(source: BlockSource): Promise<Superblock> {
  const cursor = cursorOver(await readBytes(source, 1024, 1024), 'format/ext4-corrupt', 'superblock');
  if (cursor.u16(56) !== 0xef53) throw corrupt('superblock');
  const incompatible = cursor.u32(96);
  const unknown = refused.find(({ bit }) => (incompatible & bit) !== 0);
  if (unknown !== undefined) throw new HostkeepError('format/ext4-unsupported', { feature: unknown.name });
  const is64 = (incompatible & 0x80) !== 0;
  const logSize = cursor.u32(24);
  if (logSize > 6) throw corrupt('superblock', { logBlockSize: logSize });
  const blockSize = 1024 << logSize;
  const inodeSize = cursor.u32(76) === 0 ? 128 : cursor.u16(88);
  const blockCount = cursor.u32(4) + (is64 ? cursor.u32(336) * 2 ** 32 : 0);
  const perGroup = cursor.u32(32);
  const firstDataBlock = cursor.u32(20);
  const inodesPerGroup = cursor.u32(40);
  const descriptorSize = is64 ? cursor.u16(254) : 32;
  const sane =
    perGroup > 0 &&
    inodesPerGroup > 0 &&
    inodeSize >= 128 &&
    inodeSize <= blockSize &&
    descriptorSize >= 32 &&
    descriptorSize <= 1024;
  if (!sane || blockCount <= firstDataBlock || blockCount * blockSize > source.sizeBytes + blockSize)
    throw corrupt('superblock', { blockCount, blockSize, inodeSize });
  return {
    blockSize,
    inodeSize,
    inodesPerGroup,
    inodeCount: cursor.u32(0),
    blockCount,
    firstDataBlock,
    groupCount: Math.ceil((blockCount - firstDataBlock) / perGroup),
    descriptorSize,
    label: cursor.ascii(120, 16).split('\0', 1)[0] ?? '',
    needsRecovery: (incompatible & 4) !== 0,
  };
}
