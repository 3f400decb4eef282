import { cursorOver, type Cursor } from '#engine/bytes';
import { HostkeepError } from '#contract';
import { chunkIdBytes, type ChunkKind } from '../chunk-id.ts';
import { blockBytes } from '../chunker.ts';
import { fingerprintBytes } from '../fingerprints/block-memory.ts';
import { sealedBytes } from '../seal.ts';

/** Bytes of a pack: see docs/repository-format.md, "Packs". */
export const packMagic = Buffer.from('HKPACK01', 'latin1');
const packEndMagic = Buffer.from('HKPKEND1', 'latin1');
export const packHeaderBytes = 24;
export const packTrailerBytes = 16;
/** Where a pack is closed, and how much plain data a group gathers at most before it is sealed. */
export const packTargetBytes = 64 * 1024 * 1024;
export const packGroupLimit = 4096;
export const groupTargetBytes = 256 * 1024;
/** What a reader accepts. */
export const groupLimitBytes = 4 * 1024 * 1024;
const directoryLimitBytes = 256 * 1024 * 1024;

/** Every group has a slot for the fingerprints of its blocks, and so many slots are sealed together. */
export const fingerprintSlotBytes = (groupTargetBytes / blockBytes) * fingerprintBytes;
export const slotsPerPiece = 16;

/** Bytes of the sealed fingerprints of so many groups. */
export function sealedFingerprintsBytes(groups: number): number {
  const pieces = Math.floor(groups / slotsPerPiece);
  const rest = groups % slotsPerPiece;
  return pieces * sealedBytes(slotsPerPiece * fingerprintSlotBytes) + (rest === 0 ? 0 : sealedBytes(rest * fingerprintSlotBytes));
}

/** What stands at the end of a pack, readable without a key: it says where the directory and the fingerprints begin. */
export interface PackTrailer {
  readonly groups: number;
  readonly directoryBytes: number;
}

export function writeTrailer(trailer: PackTrailer): Buffer {
  const bytes = Buffer.alloc(packTrailerBytes);
  bytes.writeUInt32LE(trailer.groups, 0);
  bytes.writeUInt32LE(trailer.directoryBytes, 4);
  packEndMagic.copy(bytes, 8);
  return bytes;
}

/** Undefined when this is no trailer. */
export function parseTrailer(bytes: Buffer): PackTrailer | undefined {
  if (bytes.length !== packTrailerBytes || !bytes.subarray(8).equals(packEndMagic)) return undefined;
  const [groups, directoryBytes] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
  return groups > 2 * packGroupLimit || directoryBytes > directoryLimitBytes ? undefined : { groups, directoryBytes };
}

export type Compression = 'none' | 'zstd';

export interface PackedChunk {
  readonly id: Buffer;
  /** Offset in the plain group. */
  readonly offset: number;
  readonly length: number;
}

export interface PackGroup {
  readonly ordinal: number;
  readonly kind: ChunkKind;
  readonly compression: Compression;
  /** Offset of the sealed group in the pack file. */
  readonly offset: number;
  readonly sealedLength: number;
  readonly plainLength: number;
  readonly chunks: readonly PackedChunk[];
}

export function packName(packId: string): string {
  return `packs/${packId.slice(0, 2)}/${packId}.pack`;
}

export function packIdOf(name: string): string | undefined {
  return /^packs\/[0-9a-f]{2}\/([0-9a-f]{32})\.pack$/.exec(name)?.[1];
}

const groupHeadBytes = 16;
export const chunkRowBytes = chunkIdBytes + 4;

export function writeDirectory(groups: readonly PackGroup[]): Buffer {
  const rows = groups.reduce((sum, group) => sum + groupHeadBytes + group.chunks.length * chunkRowBytes, 4);
  const bytes = Buffer.alloc(rows);
  let at = bytes.writeUInt32LE(groups.length, 0);
  for (const group of groups) {
    at = bytes.writeUInt8(group.kind === 'data' ? 0 : 1, at);
    at = bytes.writeUInt8(group.compression === 'none' ? 0 : 1, at);
    at = bytes.writeUInt16LE(0, at);
    at = bytes.writeUInt32LE(group.sealedLength, at);
    at = bytes.writeUInt32LE(group.plainLength, at);
    at = bytes.writeUInt32LE(group.chunks.length, at);
    for (const chunk of group.chunks) {
      at += chunk.id.copy(bytes, at);
      at = bytes.writeUInt32LE(chunk.length, at);
    }
  }
  return bytes;
}

/** What stands before the rows of a group's chunks. */
export interface GroupHead {
  readonly kind: ChunkKind;
  readonly compression: Compression;
  readonly sealedLength: number;
  readonly plainLength: number;
  readonly chunks: number;
}

/** Where a group lies in its pack, and where in the directory the rows of its chunks stand. */
export type PlacedHead = GroupHead & { readonly offset: number; readonly rowsAt: number };

/** @throws HostkeepError repository/pack-damaged when the directory is cut short */
export function readHeads(directory: Uint8Array): readonly PlacedHead[] {
  const cursor = cursorOver(directory, 'repository/pack-damaged', 'directory');
  const count = cursor.u32(0);
  const heads: PlacedHead[] = [];
  let offset = packHeaderBytes;
  for (let at = 4; heads.length < count;) {
    const head = parseGroupHead(cursor, at);
    const rowsAt = at + groupHeadBytes;
    cursor.bytes(rowsAt, head.chunks * chunkRowBytes);
    heads.push({ ...head, offset, rowsAt });
    offset += head.sealedLength;
    at = rowsAt + head.chunks * chunkRowBytes;
  }
  return heads;
}

function parseGroupHead(cursor: Cursor, at: number): GroupHead {
  return {
    kind: cursor.u8(at) === 0 ? 'data' : 'map',
    compression: cursor.u8(at + 1) === 0 ? 'none' : 'zstd',
    sealedLength: cursor.u32(at + 4),
    plainLength: cursor.u32(at + 8),
    chunks: cursor.u32(at + 12),
  };
}

/** @throws HostkeepError repository/pack-damaged when the directory contradicts itself */
export function parseDirectory(bytes: Uint8Array): readonly PackGroup[] {
  const directory = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return readHeads(directory).map(({ rowsAt, chunks: count, ...head }, ordinal) => ({
    ordinal,
    ...head,
    chunks: parseChunks(directory.subarray(rowsAt, rowsAt + count * chunkRowBytes), head.plainLength),
  }));
}

function parseChunks(rows: Buffer, plainLength: number): readonly PackedChunk[] {
  const chunks: PackedChunk[] = [];
  let offset = 0;
  for (let at = 0; at < rows.length; at += chunkRowBytes) {
    const length = rows.readUInt32LE(at + chunkIdBytes);
    chunks.push({ id: rows.subarray(at, at + chunkIdBytes), offset, length });
    offset += length;
  }
  if (offset !== plainLength)
    throw new HostkeepError('repository/pack-damaged', { structure: 'directory', plainLength, chunks: offset });
  return chunks;
}
