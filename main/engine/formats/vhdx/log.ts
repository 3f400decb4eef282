import { crc32c, cursorOver, type Cursor } from '#engine/bytes';
import type { OverlayRange } from '#engine/blocks';
import { corrupt, type VhdxHeader } from './header.ts';
import { logEntrySignature, logSectorBytes } from './layout.ts';

/** What the log of a disk that was not closed cleanly says about the file [2.3]. */
export interface LogReplay {
  /** Sectors to read in place of the file's, in the order of writing: a later one wins. */
  readonly sectors: readonly OverlayRange[];
  /** The least size the file must have. */
  readonly fileBytes: number;
}

interface LogEntry {
  readonly offset: number;
  readonly length: number;
  readonly tail: number;
  readonly sequenceNumber: bigint;
  readonly flushedFileOffset: number;
  readonly lastFileOffset: number;
  readonly sectors: readonly OverlayRange[];
}

/**
 * The active sequence of log entries [2.3.3]: the sequence with the highest number that is whole from its tail to its head.
 * @throws HostkeepError format/vhdx-corrupt when the header names a log and there is no such sequence, or the file was cut short
 */
export function replayLog(log: Buffer, header: VhdxHeader, fileSize: number): LogReplay {
  let best: readonly LogEntry[] = [];
  let visited = 0;
  for (let start = 0; start < log.length;) {
    const sequence = sequenceFrom(log, start, header.logGuid);
    const head = sequence.at(-1);
    if (head !== undefined && sequence.some((entry) => entry.offset === head.tail)) {
      if (best.length === 0 || head.sequenceNumber > best.at(-1)!.sequenceNumber)
        best = sequence.slice(sequence.findIndex((entry) => entry.offset === head.tail));
    }
    const passed = Math.max(
      logSectorBytes,
      sequence.reduce((sum, entry) => sum + entry.length, 0),
    );
    start += passed;
    visited += 1;
    if (visited > log.length / logSectorBytes) break;
  }
  const head = best.at(-1);
  if (head === undefined) throw corrupt('log');
  if (head.flushedFileOffset > fileSize) throw corrupt('log', { flushedFileOffset: head.flushedFileOffset, fileSize });
  return { sectors: best.flatMap((entry) => entry.sectors), fileBytes: Math.max(fileSize, head.lastFileOffset) };
}

/** Valid entries with rising sequence numbers, one after the other, wrapping around the end. */
function sequenceFrom(log: Buffer, start: number, logGuid: string): readonly LogEntry[] {
  const entries: LogEntry[] = [];
  let total = 0;
  for (let offset = start; total < log.length;) {
    const entry = parseEntry(log, offset, logGuid);
    const last = entries.at(-1);
    if (entry === undefined || (last !== undefined && entry.sequenceNumber !== last.sequenceNumber + 1n)) break;
    entries.push(entry);
    total += entry.length;
    offset = (offset + entry.length) % log.length;
  }
  return entries;
}

/** One log entry [2.3.1]: a header, its descriptors, and a data sector per data descriptor. Undefined when it is not valid. */
function parseEntry(log: Buffer, offset: number, logGuid: string): LogEntry | undefined {
  const first = cursorOver(circular(log, offset, logSectorBytes), 'format/vhdx-corrupt', 'log entry');
  if (first.ascii(0, 4) !== logEntrySignature || first.guid(32) !== logGuid) return undefined;
  const length = first.u32(8);
  if (length === 0 || length % logSectorBytes !== 0 || length > log.length) return undefined;
  const bytes = circular(log, offset, length);
  const sum = crc32c(bytes.subarray(8), crc32c(Buffer.alloc(4), crc32c(bytes.subarray(0, 4))));
  if (sum !== first.u32(4)) return undefined;
  const cursor = cursorOver(bytes, 'format/vhdx-corrupt', 'log entry');
  const sequenceNumber = cursor.big64(16);
  const [tail, descriptors] = [cursor.u32(12), cursor.u32(24)];
  const sectors = parseDescriptors(cursor, descriptors, sequenceNumber);
  if (sectors === undefined || tail % logSectorBytes !== 0) return undefined;
  return { offset, length, tail, sequenceNumber, flushedFileOffset: cursor.u64(48), lastFileOffset: cursor.u64(56), sectors };
}

function parseDescriptors(cursor: Cursor, count: number, sequenceNumber: bigint): readonly OverlayRange[] | undefined {
  const headSectors = Math.ceil((64 + count * 32) / logSectorBytes);
  if (headSectors * logSectorBytes > cursor.length) return undefined;
  const ranges: OverlayRange[] = [];
  let dataSector = headSectors;
  for (let row = 0; row < count; row += 1) {
    const at = 64 + row * 32;
    const signature = cursor.ascii(at, 4);
    const offset = cursor.u64(at + 16);
    if (cursor.big64(at + 24) !== sequenceNumber || offset % logSectorBytes !== 0) return undefined;
    if (signature === 'zero') {
      const length = cursor.u64(at + 8);
      if (length % logSectorBytes !== 0) return undefined;
      ranges.push({ offset, bytes: zerosOf(length) });
    } else if (signature === 'desc') {
      const bytes = dataOf(cursor, at, dataSector * logSectorBytes);
      if (bytes === undefined) return undefined;
      ranges.push({ offset, bytes });
      dataSector += 1;
    } else return undefined;
  }
  return ranges;
}

/** A data sector [2.3.1.4]: its first 8 and last 4 bytes stand in the descriptor, and sequence numbers in their place. */
function dataOf(cursor: Cursor, descriptor: number, at: number): Buffer | undefined {
  const sequenceNumber = cursor.big64(descriptor + 24);
  if (cursor.ascii(at, 4) !== 'data') return undefined;
  const high = BigInt(cursor.u32(at + 4));
  const low = BigInt(cursor.u32(at + logSectorBytes - 4));
  if ((high << 32n) + low !== sequenceNumber) return undefined;
  const bytes = Buffer.from(cursor.bytes(at, logSectorBytes));
  cursor.bytes(descriptor + 8, 8).copy(bytes, 0);
  cursor.bytes(descriptor + 4, 4).copy(bytes, logSectorBytes - 4);
  return bytes;
}

/** Zero descriptors may name long stretches; only structures are ever logged, so a bound harms nothing real. */
const zeroSector = Buffer.alloc(16 * 1024 * 1024);

function zerosOf(length: number): Buffer {
  if (length > zeroSector.length) throw corrupt('log', { zeroLength: length });
  return zeroSector.subarray(0, length);
}

function circular(log: Buffer, offset: number, length: number): Buffer {
  if (offset + length <= log.length) return log.subarray(offset, offset + length);
  return Buffer.concat([log.subarray(offset), log.subarray(0, offset + length - log.length)]);
}
