import { readBytes, type BlockSource } from '#engine/blocks';
import type { FileRange } from '../file-system.ts';
import { readRanges } from '../read-ranges.ts';
import { checksum } from './checksums.ts';
import { journal as layout, readJournalSuperblock, type JournalShape } from './journal-layout.ts';
import { corrupt } from './superblock.ts';

/** Where the newest committed content of a block of the volume lies. */
export interface PendingBlock {
  /** On the volume, inside the journal. */
  readonly volumeOffset: number;
  /** The block began with the journal's own mark, which was taken out. */
  readonly isEscaped: boolean;
}

export interface Journal {
  /** What is committed and not in place yet, by block. */
  readonly pending: ReadonlyMap<number, PendingBlock>;
  /** There are fast commits after the last full one, which are not understood. */
  readonly hasFastCommits: boolean;
}

interface JournalFile {
  readonly ranges: readonly FileRange[];
  readonly sizeBytes: number;
  /** Block size of the file system, which the journal shares. */
  readonly blockSize: number;
}

interface Tag {
  readonly block: number;
  readonly position: number;
  readonly isEscaped: boolean;
}

interface Transaction {
  readonly sequence: number;
  readonly tags: readonly Tag[];
}

/**
 * Reads the journal as recovery would, without writing ([EXT4] "Journal (jbd2)"): all transactions that were committed, in
 * their order, but for blocks that a later one revoked. @throws HostkeepError format/ext4-corrupt
 */
export async function readJournal(source: BlockSource, file: JournalFile): Promise<Journal> {
  const read = (block: number): Promise<Buffer> => readJournalBlock(source, file, block);
  const shape = readJournalSuperblock(await read(0), file);
  if (shape.start === 0) return { pending: new Map(), hasFastCommits: false };
  const { transactions, revoked } = await scan(read, shape);
  const pending = new Map<number, PendingBlock>();
  for (const { sequence, tags } of transactions) {
    for (const { block, position, isEscaped } of tags) {
      if ((revoked.get(block) ?? -1) >= sequence) pending.delete(block);
      else pending.set(block, { volumeOffset: volumeOffsetOf(file, position), isEscaped });
    }
  }
  const hasFastCommits = shape.fastBlocks > 0 && (await hasFastCommit(read, shape));
  return { pending, hasFastCommits };
}

async function readJournalBlock(source: BlockSource, file: JournalFile, block: number): Promise<Buffer> {
  const target = Buffer.alloc(file.blockSize);
  const named = { name: 'journal', sizeBytes: file.sizeBytes };
  await readRanges(source, file.ranges, { file: named, offset: block * file.blockSize, target });
  return target;
}

function volumeOffsetOf(file: JournalFile, block: number): number {
  const at = block * file.blockSize;
  const range = file.ranges.find(({ offset, length }) => offset <= at && at < offset + length);
  if (range === undefined || range.volumeOffset === null) throw corrupt('journal', { block });
  return range.volumeOffset + at - range.offset;
}

interface Scanned {
  readonly transactions: readonly Transaction[];
  /** The last transaction that revoked a block. */
  readonly revoked: ReadonlyMap<number, number>;
}

/** The log ends where a block is not of the transaction that must come next, or a transaction has no commit block. */
async function scan(read: (block: number) => Promise<Buffer>, shape: JournalShape): Promise<Scanned> {
  const transactions: Transaction[] = [];
  const revoked = new Map<number, number>();
  let sequence = shape.sequence;
  let tags: Tag[] = [];
  let revoking: number[] = [];
  let position = shape.start;
  for (let seen = 0; seen < shape.end - shape.first; seen += 1) {
    const block = await read(position);
    if (block.readUInt32BE(0) !== layout.magic || block.readUInt32BE(8) !== sequence) break;
    const type = block.readUInt32BE(4);
    position = after(shape, position, 1);
    if (type === layout.types.descriptor) {
      const found = parseTags(block, shape, position);
      seen += found.length;
      tags.push(...found);
      position = after(shape, position, found.length);
    } else if (type === layout.types.revoke) revoking.push(...parseRevokes(block, shape));
    else if (type === layout.types.commit) {
      transactions.push({ sequence, tags });
      for (const revokedBlock of revoking) revoked.set(revokedBlock, sequence);
      sequence = (sequence + 1) >>> 0;
      [tags, revoking] = [[], []];
    } else break;
  }
  return { transactions, revoked };
}

/** The log is a ring. */
function after(shape: JournalShape, position: number, blocks: number): number {
  const next = position + blocks;
  return next >= shape.end ? shape.first + (next - shape.end) : next;
}

function parseTags(block: Buffer, shape: JournalShape, start: number): readonly Tag[] {
  checkTail(block, shape);
  const { flags } = layout;
  const end = block.length - (shape.hasChecksums ? 4 : 0);
  const tags: Tag[] = [];
  for (let at = 12; at + shape.tagBytes <= end;) {
    const bits = shape.isVersion3 ? block.readUInt32BE(at + 4) : block.readUInt16BE(at + 6);
    const high = shape.is64 ? block.readUInt32BE(at + 8) * 2 ** 32 : 0;
    const position = after(shape, start, tags.length);
    tags.push({ block: block.readUInt32BE(at) + high, position, isEscaped: (bits & flags.escaped) !== 0 });
    at += shape.tagBytes + ((bits & flags.sameUuid) === 0 ? 16 : 0);
    if ((bits & flags.last) !== 0) break;
  }
  return tags;
}

function parseRevokes(block: Buffer, shape: JournalShape): readonly number[] {
  checkTail(block, shape);
  const end = block.readUInt32BE(12);
  const size = shape.is64 ? 8 : 4;
  if (end > block.length) throw corrupt('journal', { revokeBytes: end });
  const blocks: number[] = [];
  for (let at = 16; at + size <= end; at += size)
    blocks.push(shape.is64 ? Number(block.readBigUInt64BE(at)) : block.readUInt32BE(at));
  return blocks;
}

/** A wrong sum in what was committed means that the journal cannot be relied upon, as recovery finds too. */
function checkTail(block: Buffer, shape: JournalShape): void {
  if (!shape.hasChecksums) return;
  const sum = checksum(shape.seed, block.subarray(0, -4), Buffer.alloc(4));
  if (sum !== block.readUInt32BE(block.length - 4)) throw corrupt('journal', { checksum: 'wrong' });
}

/** [EXT4] "Fast commits": their area is at the end of the journal, and starts with a head of the transaction that goes on. */
async function hasFastCommit(read: (block: number) => Promise<Buffer>, shape: JournalShape): Promise<boolean> {
  const block = await read(shape.end);
  return block.readUInt16LE(0) === layout.fastCommitHead && block.readUInt16LE(2) > 0;
}

/** The volume with what waits in the journal in place, in memory alone. */
export function replayed(source: BlockSource, journal: Journal, blockSize: number): BlockSource {
  const { pending } = journal;
  return {
    ...source,
    async read(offset, target) {
      await source.read(offset, target);
      const end = offset + target.byteLength;
      for (let block = Math.floor(offset / blockSize); block * blockSize < end; block += 1) {
        const place = pending.get(block);
        if (place === undefined) continue;
        const bytes = await readBytes(source, place.volumeOffset, blockSize);
        if (place.isEscaped) bytes.writeUInt32BE(layout.magic, 0);
        const [from, to] = [Math.max(offset, block * blockSize), Math.min(end, (block + 1) * blockSize)];
        target.set(bytes.subarray(from - block * blockSize, to - block * blockSize), from - offset);
      }
    },
    extents: (offset, length) => source.extents(offset, length),
    close: () => source.close(),
  };
}
