/**
 * The journal of an overlay: which blocks of the disk are in it, and where. Little-endian.
 * Header (4096 bytes): magic, u32 block bytes, u32 sector bytes, u64 disk bytes, 32 bytes of what it lies over, u32 CRC-32C of all before.
 * Then records: u32 magic, u32 ordinal, u32 entries, u32 CRC-32C of ordinal, count and entries; entries of u64 block, u32 blocks, u32 slot.
 */
import { HostkeepError } from '#contract';
import { crc32c, cursorOver } from '#engine/bytes';

/** Its files. The journal is written anew beside itself. */
export const overlayNames = { data: 'data', newJournal: 'journal.new', journal: 'journal' } as const;

export const overlayBlockBytes = 4096;
export const journalHeaderBytes = 4096;
const magic = Buffer.from('HKOVLAY1', 'latin1');
const recordMagic = 0x524f4b48;
const recordHeaderBytes = 16;
const entryBytes = 16;
/** A record says at most so much, so that a torn one costs no memory. */
export const recordEntries = 4096;
/** Slot of blocks that were discarded: they read as zeros. */
export const discardedSlot = 0xffff_ffff;

/** The disk that an overlay lies over. */
export interface OverlaySubject {
  readonly sizeBytes: number;
  readonly logicalSectorSize: number;
  /** 32 bytes that name the restore point's disk. */
  readonly identity: Uint8Array;
}

/** Neighbouring blocks that lie in neighbouring slots, or were discarded. */
export interface JournalEntry {
  readonly block: number;
  readonly blocks: number;
  readonly slot: number;
}

export function writeJournalHeader(subject: OverlaySubject): Buffer {
  const header = Buffer.alloc(journalHeaderBytes);
  magic.copy(header);
  header.writeUInt32LE(overlayBlockBytes, 8);
  header.writeUInt32LE(subject.logicalSectorSize, 12);
  header.writeBigUInt64LE(BigInt(subject.sizeBytes), 16);
  header.set(subject.identity.subarray(0, 32), 24);
  header.writeUInt32LE(crc32c(header.subarray(0, 56)), 56);
  return header;
}

/** @throws HostkeepError overlay/damaged, overlay/foreign */
export function checkJournalHeader(header: Buffer, subject: OverlaySubject, path: string): void {
  const cursor = cursorOver(header, 'overlay/damaged', 'journal header');
  if (!cursor.bytes(0, 8).equals(magic) || cursor.u32(56) !== crc32c(header.subarray(0, 56)))
    throw new HostkeepError('overlay/damaged', { path, structure: 'journal header' });
  const same =
    cursor.u32(8) === overlayBlockBytes &&
    cursor.u32(12) === subject.logicalSectorSize &&
    cursor.u64(16) === subject.sizeBytes &&
    cursor.bytes(24, 32).equals(subject.identity);
  if (!same) throw new HostkeepError('overlay/foreign', { path });
}

export function writeRecord(ordinal: number, entries: readonly JournalEntry[]): Buffer {
  const record = Buffer.alloc(recordHeaderBytes + entries.length * entryBytes);
  record.writeUInt32LE(recordMagic, 0);
  record.writeUInt32LE(ordinal >>> 0, 4);
  record.writeUInt32LE(entries.length, 8);
  let at = recordHeaderBytes;
  for (const { block, blocks, slot } of entries) {
    record.writeBigUInt64LE(BigInt(block), at);
    record.writeUInt32LE(blocks, at + 8);
    record.writeUInt32LE(slot, at + 12);
    at += entryBytes;
  }
  record.writeUInt32LE(checksumOf(record), 12);
  return record;
}

/** The record at the start of the bytes and its length; undefined where none is whole: there the journal ends. */
export function parseRecord(
  bytes: Buffer,
  ordinal: number,
): { readonly entries: readonly JournalEntry[]; readonly length: number } | undefined {
  if (bytes.length < recordHeaderBytes || bytes.readUInt32LE(0) !== recordMagic || bytes.readUInt32LE(4) !== ordinal >>> 0)
    return undefined;
  const count = bytes.readUInt32LE(8);
  const length = recordHeaderBytes + count * entryBytes;
  if (count > recordEntries || bytes.length < length) return undefined;
  const record = bytes.subarray(0, length);
  if (record.readUInt32LE(12) !== checksumOf(record)) return undefined;
  const cursor = cursorOver(record, 'overlay/damaged', 'journal record');
  const entries = Array.from({ length: count }, (_, index) => {
    const at = recordHeaderBytes + index * entryBytes;
    return { block: cursor.u64(at), blocks: cursor.u32(at + 8), slot: cursor.u32(at + 12) };
  });
  return { entries, length };
}

/** The longest record there can be. */
export const recordLimitBytes = recordHeaderBytes + recordEntries * entryBytes;

function checksumOf(record: Buffer): number {
  return crc32c(record.subarray(recordHeaderBytes), crc32c(record.subarray(4, 12)));
}
