import { readBytes, type BlockSource } from '#engine/blocks';
import { crc32c } from '#engine/bytes';
import { offsetOfBlock, type Superblock } from './superblock.ts';

/** `external` is a log on another device. */
export type LogState = 'clean' | 'pending' | 'external' | 'unreadable';

export const basicBlock = 512;
const recordMagic = 0xfeedbabe;
const unmountFlag = 0x20;
const unitBytes = 32 * 1024;
/** The longest record, with its headers. */
const longestRecord = (256 + 8) * 1024;
/** A header as the kernel sums it: on most machines, and on 32-bit x86. */
const headerLengths = [328, 324];
const moreHeaderBytes = 260;

/** Where a record is: the round in which it was written, and its first block. */
export interface LogPlace {
  readonly cycle: number;
  readonly block: number;
}

/** A record of the log, with the words that the numbers of the rounds had replaced put back. */
export interface LogRecord {
  readonly place: LogPlace;
  /** Where the next one begins. */
  readonly next: LogPlace;
  readonly operations: number;
  readonly body: Buffer;
}

export interface FoundLog {
  readonly state: LogState;
  /** The block behind the last record; what was read does not reach it where a record in between is damaged. */
  readonly head: number;
  /** Whole records in their order, from the oldest that still matters; a record that was not written wholly ends them. */
  records(): AsyncIterable<LogRecord>;
}

interface Log {
  readonly blocks: number;
  /** Records of version 4 may have no checksum. */
  readonly isVersion5: boolean;
  /** Goes on at the first block behind the last. */
  read(block: number, count?: number): Promise<Buffer>;
}

/**
 * Whether the log ends with the record of an unmount, and what waits in it where it does not [XFS "Journaling Log"]. Each block of 512
 * bytes begins with the number of the round in which it was written, so that the end is where an older round begins.
 */
export async function findLog(source: BlockSource, superblock: Superblock): Promise<FoundLog> {
  const { logStart, logBlocks, blockSize } = superblock;
  const without = (state: LogState): FoundLog => ({ state, head: 0, records: nothing });
  if (logStart === 0) return without('external');
  if (logBlocks === 0) return without('unreadable');
  const start = offsetOfBlock(superblock, logStart, logBlocks);
  const blocks = (logBlocks * blockSize) / basicBlock;
  const log: Log = {
    blocks,
    isVersion5: superblock.isVersion5,
    async read(block, count = 1) {
      const first = Math.min(count, blocks - block);
      const head = await readBytes(source, start + block * basicBlock, first * basicBlock);
      return first === count ? head : Buffer.concat([head, await readBytes(source, start, (count - first) * basicBlock)]);
    },
  };
  const head = await findHead(log);
  const last = await lastRecord(log, head);
  if (last === undefined) return without('unreadable');
  if (last.isUnmount) return without('clean');
  return { state: 'pending', head, records: () => recordsFrom(log, last.tail) };
}

async function* nothing(): AsyncIterable<LogRecord> {
  // A log in which nothing waits.
}

function cycleOf(block: Buffer): number {
  const first = block.readUInt32BE(0);
  return first === recordMagic ? block.readUInt32BE(4) : first;
}

/** The first block of the round before; 0 when all are of one round. */
async function findHead({ blocks, read }: Log): Promise<number> {
  const last = cycleOf(await read(blocks - 1));
  let [low, high] = [0, blocks - 1];
  if (cycleOf(await read(0)) === last) return 0;
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2);
    if (cycleOf(await read(middle)) === last) high = middle;
    else low = middle;
  }
  return high;
}

interface LastRecord {
  readonly isUnmount: boolean;
  /** The oldest record whose changes may not be in place. */
  readonly tail: LogPlace;
}

/** The last header before the head; at the start of a round it is at the end of the log. */
async function lastRecord({ blocks, read }: Log, head: number): Promise<LastRecord | undefined> {
  const length = Math.min(blocks, longestRecord / basicBlock);
  const first = (head - length + blocks) % blocks;
  const tail = await read(first, length);
  for (let at = tail.length - basicBlock; at >= 0; at -= basicBlock) {
    if (tail.readUInt32BE(at) !== recordMagic) continue;
    const record = tail.subarray(at);
    const headers = headersOf(record);
    const end = headers * basicBlock + Math.ceil(record.readUInt32BE(12) / basicBlock) * basicBlock;
    const isAlone = record.readUInt32BE(40) === 1 && end === record.length;
    const isUnmount = isAlone && (record[headers * basicBlock + 9]! & unmountFlag) !== 0;
    return { isUnmount, tail: { cycle: record.readUInt32BE(24), block: record.readUInt32BE(28) } };
  }
  return undefined;
}

/** Records that may be longer than 32 KiB have a header for each such piece. */
function headersOf(header: Buffer): number {
  const [version, size] = [header.readUInt32BE(8), header.readUInt32BE(320)];
  return (version & 2) !== 0 && size > unitBytes && size <= longestRecord ? Math.ceil(size / unitBytes) : 1;
}

async function* recordsFrom(log: Log, tail: LogPlace): AsyncIterable<LogRecord> {
  let place = tail;
  for (let done = 0; done < log.blocks && place.block < log.blocks;) {
    const record = await recordAt(log, place);
    if (record === undefined) return;
    yield record;
    done += (record.next.block - place.block + log.blocks) % log.blocks || log.blocks;
    place = record.next;
  }
}

/** Undefined where there is no whole record of that round. */
async function recordAt(log: Log, place: LogPlace): Promise<LogRecord | undefined> {
  const header = await log.read(place.block);
  const isHere =
    header.readUInt32BE(0) === recordMagic &&
    header.readUInt32BE(4) === place.cycle &&
    header.readUInt32BE(16) === place.cycle &&
    header.readUInt32BE(20) === place.block;
  const length = header.readUInt32BE(12);
  if (!isHere || length > longestRecord) return undefined;
  const headers = headersOf(header);
  const blocks = headers + Math.ceil(length / basicBlock);
  if (blocks > log.blocks || length > headers * unitBytes) return undefined;
  const record = await log.read(place.block, blocks);
  const isUnsummed = !log.isVersion5 && header.readUInt32LE(32) === 0;
  if (!isUnsummed && !isWhole(record, headers, length)) return undefined;
  const body = record.subarray(headers * basicBlock);
  putWordsBack(record, headers, body);
  const end = place.block + blocks;
  const next = end < log.blocks ? { ...place, block: end } : { cycle: place.cycle + 1, block: end - log.blocks };
  return { place, next, operations: header.readUInt32BE(40), body: body.subarray(0, length) };
}

/** By the checksum of headers and body. */
function isWhole(record: Buffer, headers: number, length: number): boolean {
  const wanted = record.readUInt32LE(32);
  return headerLengths.some((headerLength) => {
    let sum = crc32c(record.subarray(36, headerLength), crc32c(new Uint8Array(4), crc32c(record.subarray(0, 32))));
    for (let header = 1; header * unitBytes < length; header += 1)
      sum = crc32c(record.subarray(header * basicBlock, header * basicBlock + moreHeaderBytes), sum);
    return crc32c(record.subarray(headers * basicBlock, headers * basicBlock + length), sum) === wanted;
  });
}

function putWordsBack(record: Buffer, headers: number, body: Buffer): void {
  const perHeader = unitBytes / basicBlock;
  for (let block = 0; block * basicBlock < body.length; block += 1) {
    const header = Math.floor(block / perHeader);
    if (header >= headers) return;
    const at = header * basicBlock + (header === 0 ? 44 : 4) + (block % perHeader) * 4;
    record.copy(body, block * basicBlock, at, at + 4);
  }
}
