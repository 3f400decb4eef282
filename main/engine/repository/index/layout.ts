import { chunkIdBytes, type ChunkKind } from '../chunk-id.ts';
import type { Compression, PlacedHead } from '../pack/layout.ts';

/** Bytes of an index segment: see docs/repository-format.md, "Index". */
export const indexMagic = Buffer.from('HKINDX01', 'latin1');
export const indexEndMagic = Buffer.from('HKIXEND1', 'latin1');
export const indexHeaderBytes = 24;
export const indexTrailerBytes = 12;
export const entryBytes = 40;
export const entriesPerPage = 204;
export const sealedPageBytes = entriesPerPage * entryBytes + 16;
/** Pieces in which fences, pack names and the filter are sealed. */
export const summaryPieceBytes = 1024 * 1024;

/** Where a chunk lies. */
export interface ChunkLocation {
  readonly packId: string;
  readonly groupOrdinal: number;
  readonly groupOffset: number;
  readonly sealedLength: number;
  readonly kind: ChunkKind;
  readonly compression: Compression;
  /** Offset and length of the chunk in the plain group. */
  readonly offset: number;
  readonly length: number;
}

export function indexName(segmentId: string): string {
  return `index/${segmentId}.index`;
}

export function indexIdOf(name: string): string | undefined {
  return /^index\/([0-9a-f]{32})\.index$/.exec(name)?.[1];
}

/** Where a group lies, as every entry of one of its chunks says. */
export interface EntryGroup {
  /** The pack's number in the segment's own list. */
  readonly pack: number;
  readonly ordinal: number;
  readonly head: PlacedHead;
}

/** A chunk's row in its pack's directory (id, length), and its offset in the plain group. */
export interface EntryChunk {
  readonly rows: Buffer;
  readonly rowAt: number;
  readonly offset: number;
}

export function writeEntry(target: Buffer, at: number, { pack, ordinal, head }: EntryGroup, chunk: EntryChunk): void {
  const lengthAt = chunk.rowAt + chunkIdBytes;
  chunk.rows.copy(target, at, chunk.rowAt, lengthAt);
  target.writeUInt32LE(pack, at + 16);
  target.writeUInt32LE(head.offset, at + 20);
  target.writeUInt32LE(head.sealedLength, at + 24);
  target.writeUInt16LE(ordinal, at + 28);
  target.writeUInt8(head.kind === 'data' ? 0 : 1, at + 30);
  target.writeUInt8(head.compression === 'none' ? 0 : 1, at + 31);
  target.writeUInt32LE(chunk.offset, at + 32);
  chunk.rows.copy(target, at + 36, lengthAt, lengthAt + 4);
}

export function parseEntry(page: Buffer, at: number, packs: readonly string[]): ChunkLocation | undefined {
  const packId = packs[page.readUInt32LE(at + 16)];
  if (packId === undefined) return undefined;
  return {
    packId,
    groupOffset: page.readUInt32LE(at + 20),
    sealedLength: page.readUInt32LE(at + 24),
    groupOrdinal: page.readUInt16LE(at + 28),
    kind: page.readUInt8(at + 30) === 0 ? 'data' : 'map',
    compression: page.readUInt8(at + 31) === 0 ? 'none' : 'zstd',
    offset: page.readUInt32LE(at + 32),
    length: page.readUInt32LE(at + 36),
  };
}
