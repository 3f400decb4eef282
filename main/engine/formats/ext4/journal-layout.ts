import { checksum, checksumStart } from './checksums.ts';
import { corrupt } from './superblock.ts';

/** [EXT4] "Journal (jbd2)". The journal is big-endian. */
export const journal = {
  magic: 0xc03b3998,
  types: { descriptor: 1, commit: 2, superblockOld: 3, superblock: 4, revoke: 5 },
  flags: { escaped: 1, sameUuid: 2, last: 8 },
  incompatible: { bits64: 2, checksums2: 8, checksums3: 16, fastCommit: 32 },
  fastCommitHead: 9,
} as const;

const understood = 1 | 2 | 4 | 8 | 16 | 32;

/** What the journal's superblock says; positions in blocks of the journal. */
export interface JournalShape {
  readonly first: number;
  /** After the last block of the ring. */
  readonly end: number;
  /** Where the log starts; 0 when it is empty. */
  readonly start: number;
  readonly sequence: number;
  readonly is64: boolean;
  readonly isVersion3: boolean;
  readonly hasChecksums: boolean;
  readonly tagBytes: number;
  readonly seed: number;
  readonly fastBlocks: number;
}

/** @throws HostkeepError format/ext4-corrupt */
export function readJournalSuperblock(
  block: Buffer,
  file: { readonly sizeBytes: number; readonly blockSize: number },
): JournalShape {
  const type = block.readUInt32BE(4);
  const isNew = type === journal.types.superblock;
  if (block.readUInt32BE(0) !== journal.magic || (!isNew && type !== journal.types.superblockOld)) throw corrupt('journal');
  const incompatible = isNew ? block.readUInt32BE(40) : 0;
  const [blockSize, blocks, first] = [block.readUInt32BE(12), block.readUInt32BE(16), block.readUInt32BE(20)];
  const fastBlocks = (incompatible & journal.incompatible.fastCommit) === 0 ? 0 : block.readUInt32BE(84) || 256;
  const end = blocks - fastBlocks;
  const start = block.readUInt32BE(28);
  const sane = blockSize === file.blockSize && blocks * blockSize <= file.sizeBytes && first >= 1 && first < end;
  if (!sane || (start !== 0 && (start < first || start >= end)) || (incompatible & ~understood) !== 0)
    throw corrupt('journal', { blockSize, blocks, first, start, incompatible });
  const is64 = (incompatible & journal.incompatible.bits64) !== 0;
  const isVersion3 = (incompatible & journal.incompatible.checksums3) !== 0;
  const isVersion2 = (incompatible & journal.incompatible.checksums2) !== 0;
  return {
    first,
    end,
    start,
    sequence: block.readUInt32BE(24),
    is64,
    isVersion3,
    hasChecksums: isVersion2 || isVersion3,
    tagBytes: isVersion3 ? 16 : 8 + (isVersion2 ? 2 : 0) + (is64 ? 4 : 0),
    seed: checksum(checksumStart, block.subarray(48, 64)),
    fastBlocks,
  };
}
