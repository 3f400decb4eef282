import { readBytes, type BlockSource } from '#engine/blocks';
import { basicBlock, type FoundLog, type LogPlace, type LogRecord } from './log.ts';
import { transactionsOf, type LogItem, type Transaction } from './log-items.ts';
import { putInode, type InodeChange } from './log-inode.ts';
import { placeOfWrite, seal } from './log-seals.ts';
import { offsetOfInode } from './inode.ts';
import type { Superblock } from './superblock.ts';

/** [XFS] "Log Items". Of the others, what was begun only is not gone on with: space that was to be freed counts as used. */
const types = { inode: 0x123b, buffer: 0x123c } as const;
/** [XFS] "Buffer Log Item". */
const bufferFlags = { inodes: 1, cancelled: 2 } as const;
const chunkBytes = 128;
/** Folders have the longest blocks. */
const longestBuffer = 64 * 1024;
const pageBytes = 4096;
/** More than this waits in no log that is at work. */
const mostPages = 64 * 1024;

export interface Replayed {
  readonly source: BlockSource;
  /** A record before the end of the log is damaged: what comes after it is not in place. */
  readonly isCutOff: boolean;
}

/** The volume with what waits in its log in place, in memory alone; undefined where that is more than fits there. */
export async function replayLog(source: BlockSource, superblock: Superblock, log: FoundLog): Promise<Replayed | undefined> {
  const cancelled = new Map<string, number>();
  let end = -1;
  async function* watched(): AsyncIterable<LogRecord> {
    for await (const record of log.records()) {
      end = record.next.block;
      yield record;
    }
  }
  for await (const { items } of transactionsOf(watched()))
    for (const item of items) {
      const buffer = bufferOf(item);
      if (buffer?.isCancelled === true) cancelled.set(buffer.key, (cancelled.get(buffer.key) ?? 0) + 1);
    }
  const pages = new Map<number, Buffer>();
  const replay: Replay = { source, superblock, cancelled, pages, touched: new Map() };
  for await (const transaction of transactionsOf(log.records())) {
    await put(replay, transaction);
    if (pages.size > mostPages) return undefined;
  }
  for (const [offset, length] of replay.touched)
    await write(replay, offset, seal(superblock, await read(replay, offset, length)));
  return { source: withPages(source, pages), isCutOff: end !== log.head };
}

interface Replay {
  readonly source: BlockSource;
  readonly superblock: Superblock;
  /** Blocks that were freed later, and how often: what was logged before the last time is for nobody. */
  readonly cancelled: Map<string, number>;
  readonly pages: Map<number, Buffer>;
  /** Buffers to be summed anew, by their offset. */
  readonly touched: Map<number, number>;
}

interface LoggedBuffer {
  readonly key: string;
  readonly offset: number;
  readonly length: number;
  readonly isCancelled: boolean;
  readonly isOfInodes: boolean;
  readonly map: Buffer;
}

function bufferOf({ type, format }: LogItem): LoggedBuffer | undefined {
  if (type !== types.buffer || format.length < 20) return undefined;
  const [bits, blocks, words] = [format.readUInt16LE(4), format.readUInt16LE(6), format.readUInt32LE(16)];
  const offset = Number(format.readBigInt64LE(8)) * basicBlock;
  return {
    key: `${offset}+${blocks}`,
    offset,
    length: blocks * basicBlock,
    isCancelled: (bits & bufferFlags.cancelled) !== 0,
    isOfInodes: (bits & bufferFlags.inodes) !== 0,
    map: format.subarray(20, 20 + Math.min(words, Math.floor((format.length - 20) / 4)) * 4),
  };
}

/** Buffers first, then inodes, which may lie in them; blocks that were freed last. */
async function put(replay: Replay, { place, items }: Transaction): Promise<void> {
  const buffers = items.map((item) => ({ item, buffer: bufferOf(item) }));
  for (const { item, buffer } of buffers) {
    // Of buffers of inodes only the list of unlinked ones is logged, which nobody reads here.
    if (buffer === undefined || buffer.isCancelled || buffer.isOfInodes || replay.cancelled.has(buffer.key)) continue;
    await putBuffer(replay, buffer, { place, regions: item.regions });
  }
  for (const item of items) if (item.type === types.inode) await putLoggedInode(replay, item, place);
  for (const { buffer } of buffers) {
    if (buffer?.isCancelled !== true) continue;
    const left = (replay.cancelled.get(buffer.key) ?? 0) - 1;
    if (left <= 0) replay.cancelled.delete(buffer.key);
    else replay.cancelled.set(buffer.key, left);
  }
}

interface Logged {
  readonly place: LogPlace;
  readonly regions: readonly Buffer[];
}

async function putBuffer(replay: Replay, buffer: LoggedBuffer, { place, regions }: Logged): Promise<void> {
  const { source, superblock } = replay;
  const { offset, length, map } = buffer;
  if (!isInside(source, offset, length)) return;
  if (!replay.touched.has(offset)) {
    const written = placeOfWrite(superblock, await readBytes(source, offset, length));
    if (written !== undefined && !isBefore(written, place)) return;
  }
  const bytes = await read(replay, offset, length);
  let region = 0;
  for (let bit = 0; bit < map.length * 8;) {
    if (!isSet(map, bit)) {
      bit += 1;
      continue;
    }
    let end = bit;
    while (end < map.length * 8 && isSet(map, end)) end += 1;
    const data = regions[region++];
    data?.copy(bytes, bit * chunkBytes, 0, Math.min(data.length, (end - bit) * chunkBytes));
    bit = end;
  }
  replay.touched.set(offset, Math.max(length, replay.touched.get(offset) ?? 0));
  await write(replay, offset, bytes);
}

function isSet(map: Buffer, bit: number): boolean {
  return (map.readUInt32LE((bit >>> 5) * 4) & (1 << (bit & 31))) !== 0;
}

async function putLoggedInode(replay: Replay, { format, regions }: LogItem, place: LogPlace): Promise<void> {
  const { superblock } = replay;
  if (format.length < 52 || regions[0] === undefined) return;
  // The form that 32-bit guests write has no gap before the number.
  const number = Number(format.readBigUInt64LE(format.length < 56 ? 12 : 16));
  const offset = offsetOfInode(superblock, number);
  const [fields, attributeBytes, dataBytes] = [format.readUInt32LE(4), format.readUInt16LE(8), format.readUInt16LE(10)];
  const change: InodeChange = { number, place, fields, core: regions[0], forks: regions.slice(1), attributeBytes, dataBytes };
  const bytes = putInode(superblock, await read(replay, offset, superblock.inodeSize), change);
  if (bytes !== undefined) await write(replay, offset, bytes);
}

export function isBefore(left: LogPlace, right: LogPlace): boolean {
  return left.cycle < right.cycle || (left.cycle === right.cycle && left.block < right.block);
}

function isInside({ sizeBytes }: BlockSource, offset: number, length: number): boolean {
  return offset >= 0 && length > 0 && length <= longestBuffer && offset + length <= sizeBytes;
}

async function read({ source, pages }: Replay, offset: number, length: number): Promise<Buffer> {
  const bytes = await readBytes(source, offset, length);
  overlay(pages, offset, bytes);
  return bytes;
}

/** In pages, which are read when they are first written to. */
async function write({ source, pages }: Replay, offset: number, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const index = Math.floor((offset + at) / pageBytes);
    const start = index * pageBytes;
    const page = pages.get(index) ?? (await readBytes(source, start, Math.min(pageBytes, source.sizeBytes - start)));
    pages.set(index, page);
    at += bytes.copy(page, offset + at - start, at);
  }
}

function overlay(pages: ReadonlyMap<number, Buffer>, offset: number, target: Uint8Array): void {
  for (let index = Math.floor(offset / pageBytes); index * pageBytes < offset + target.length; index += 1) {
    const page = pages.get(index);
    if (page === undefined) continue;
    const from = Math.max(offset, index * pageBytes);
    target.set(page.subarray(from - index * pageBytes, offset + target.length - index * pageBytes), from - offset);
  }
}

function withPages(source: BlockSource, pages: ReadonlyMap<number, Buffer>): BlockSource {
  return {
    sizeBytes: source.sizeBytes,
    logicalSectorSize: source.logicalSectorSize,
    physicalSectorSize: source.physicalSectorSize,
    async read(offset, target) {
      await source.read(offset, target);
      overlay(pages, offset, target);
    },
    extents: (offset, length) => source.extents(offset, length),
    close: () => source.close(),
  };
}
