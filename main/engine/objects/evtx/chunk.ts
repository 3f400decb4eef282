import { crc32 } from 'node:zlib';
import { cursorOver } from '#engine/bytes';
import { budgetFor, chunkBudget } from './budget.ts';
import { readFragment, type XmlChunk } from './binary-xml.ts';
import { eventOf, type LogEvent } from './event.ts';
import {
  chunkBytes,
  chunkHeader as field,
  chunkHeaderBytes,
  chunkNoChecksum,
  corrupt,
  record,
  recordHeaderBytes,
} from './layout.ts';
import { renderFragment } from './render.ts';

export interface ChunkHead {
  readonly firstRecord: bigint;
  readonly lastRecord: bigint;
}

/** Of a chunk by its first bytes; undefined for one that was never used, or is no chunk. */
export function chunkHead(head: Buffer): ChunkHead | undefined {
  if (head.toString('latin1', 0, 8) !== field.signature) return undefined;
  return { firstRecord: head.readBigUInt64LE(field.firstRecord), lastRecord: head.readBigUInt64LE(field.lastRecord) };
}

/**
 * The events of a chunk, oldest first. What is damaged is told and the rest given, with `doubtful` where the chunk's checksum does not
 * fit its records.
 */
export function* eventsOfChunk(bytes: Buffer, onDamage: (error: unknown) => void): Iterable<LogEvent> {
  const doubtful = isDoubtful(bytes, onDamage);
  const chunk: XmlChunk = { bytes, definitions: new Map() };
  const budget = chunkBudget();
  for (const { at, size } of recordsOf(bytes, onDamage)) {
    try {
      const own = budgetFor(budget);
      const fragment = readFragment(chunk, at + recordHeaderBytes, at + size - 4, own);
      const [element] = renderFragment(chunk, fragment, own);
      if (element === undefined) throw corrupt('event', { at });
      yield eventOf(
        { record: bytes.readBigUInt64LE(at + record.id), written: bytes.readBigUInt64LE(at + record.written), doubtful },
        element,
      );
    } catch (error) {
      onDamage(error);
    }
  }
}

function* recordsOf(bytes: Buffer, onDamage: (error: unknown) => void): Iterable<{ readonly at: number; readonly size: number }> {
  const end = Math.min(chunkBytes, Math.max(chunkHeaderBytes, bytes.readUInt32LE(field.freeSpace)));
  const cursor = cursorOver(bytes, 'format/evtx-corrupt', 'event record');
  for (let at = chunkHeaderBytes; at + recordHeaderBytes < end;) {
    const signature = cursor.u32(at);
    // Archived logs call the whole chunk used; what follows the last record is zero.
    if (signature === 0) return;
    const size = cursor.u32(at + record.size);
    const isSound = signature === record.signature && size > recordHeaderBytes + 4 && at + size <= chunkBytes;
    if (!isSound || cursor.u32(at + size - 4) !== size) {
      onDamage(corrupt('event record', { at, size }));
      return;
    }
    yield { at, size };
    at += size;
  }
}

/** [EVTX] "Chunk header": one checksum over the header and its tables, one over the records. */
function isDoubtful(bytes: Buffer, onDamage: (error: unknown) => void): boolean {
  if ((bytes.readUInt32LE(field.flags) & chunkNoChecksum) !== 0) return false;
  const end = bytes.readUInt32LE(field.freeSpace);
  const header = crc32(bytes.subarray(field.tables, chunkHeaderBytes), crc32(bytes.subarray(0, field.summed)));
  const isHeaderSound = header === bytes.readUInt32LE(field.checksum) && end >= chunkHeaderBytes && end <= chunkBytes;
  const records = isHeaderSound ? crc32(bytes.subarray(chunkHeaderBytes, end)) : 0;
  if (isHeaderSound && records === bytes.readUInt32LE(field.recordsChecksum)) return false;
  onDamage(corrupt('chunk', { firstRecord: String(bytes.readBigUInt64LE(field.firstRecord)), checksum: false }));
  return true;
}
