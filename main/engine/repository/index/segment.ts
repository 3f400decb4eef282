import { cursorOver, giveBack } from '#engine/bytes';
import { hasCode, HostkeepError } from '#contract';
import type { Storage } from '#engine/storage';
import { readAhead } from '#engine/threads';
import { chunkIdBytes } from '../chunk-id.ts';
import { deriveFileKey, unseal, type FileKey, type PartName } from '../seal.ts';
import { bloomMayHave } from './bloom.ts';
import {
  entriesPerPage,
  entryBytes,
  indexEndMagic,
  indexHeaderBytes,
  indexMagic,
  indexName,
  indexTrailerBytes,
  parseEntry,
  sealedPageBytes,
  summaryPieceBytes,
  type ChunkLocation,
} from './layout.ts';

/** What is kept of a segment in memory, as plain data that threads can share. */
export interface SegmentSummary {
  readonly segmentId: string;
  readonly entryCount: number;
  readonly packs: readonly string[];
  /** The first eight bytes of the first id of every page. */
  readonly fences: Uint8Array;
  /** Undefined where only reading is wanted. */
  readonly filter: Uint8Array | undefined;
}

export interface ReadSegment {
  readonly summary: SegmentSummary;
  readonly fileBytes: number;
}

const limits = { footer: 1024, packs: 16 * 4_000_000, fences: 8 * 4_000_000, filter: 1024 * 1024 * 1024 };

/** @throws HostkeepError repository/index-damaged, storage/* */
export async function readSegmentSummary(
  storage: Storage,
  masterKey: Uint8Array,
  of: { readonly segmentId: string; readonly withFilter: boolean },
): Promise<ReadSegment> {
  const { segmentId } = of;
  const key = deriveFileKey(masterKey, 'index', segmentId);
  const name = indexName(segmentId);
  const { sizeBytes } = await storage.stat(name);
  if (sizeBytes < indexHeaderBytes + indexTrailerBytes) throw damaged(segmentId, 'trailer');
  const guess = Math.min(sizeBytes, 64 * 1024);
  const tail = await storage.read(name, sizeBytes - guess, guess);
  const footerLength = tail.readUInt32LE(guess - indexTrailerBytes);
  const magic = tail.subarray(guess - indexEndMagic.length);
  if (!magic.equals(indexEndMagic) || footerLength > limits.footer || footerLength + indexTrailerBytes > guess)
    throw damaged(segmentId, 'trailer');
  const footerAt = guess - indexTrailerBytes - footerLength;
  const footer = openPart(key, { kind: 'summary', ordinal: 0 }, tail.subarray(footerAt, footerAt + footerLength));
  const cursor = cursorOver(footer, 'repository/index-damaged', 'footer');
  const entryCount = cursor.u32(0);
  const lengths = { fences: cursor.u32(12), packs: cursor.u32(16), filter: cursor.u32(20) };
  const pageCount = Math.ceil(entryCount / entriesPerPage);
  const sound = lengths.fences === pageCount * 8 && lengths.packs === cursor.u32(4) * 16 && lengths.packs <= limits.packs;
  if (!sound || lengths.filter > limits.filter || lengths.fences > limits.fences) throw damaged(segmentId, 'footer');

  const pagesEnd = indexHeaderBytes + entryCount * entryBytes + pageCount * 16;
  const pieces = summaryReader(storage, key, { name, offset: pagesEnd });
  const fences = await pieces(lengths.fences, true);
  const packList = await pieces(lengths.packs, true);
  const filter = await pieces(lengths.filter, of.withFilter);
  const packIds = Buffer.from(packList!.buffer, packList!.byteOffset, packList!.byteLength);
  const packs = Array.from({ length: packIds.length / 16 }, (_, row) => packIds.toString('hex', row * 16, row * 16 + 16));
  return { summary: { segmentId, entryCount, packs, fences: fences!, filter }, fileBytes: sizeBytes };
}

/** Pieces that are read while another is opened. */
const piecesAhead = Array.from({ length: 4 });

/** Reads blobs one after the other from their sealed pieces. */
function summaryReader(storage: Storage, key: FileKey, from: { readonly name: string; readonly offset: number }) {
  let { offset } = from;
  let ordinal = 1;
  return async (length: number, wanted: boolean): Promise<Uint8Array | undefined> => {
    const pieces: { readonly at: number; readonly offset: number; readonly sealedLength: number; readonly ordinal: number }[] =
      [];
    for (let at = 0; at < length; at += summaryPieceBytes) {
      const sealedLength = Math.min(summaryPieceBytes, length - at) + 16;
      pieces.push({ at, offset, sealedLength, ordinal });
      offset += sealedLength;
      ordinal += 1;
    }
    if (!wanted) return undefined;
    const blob = new Uint8Array(new SharedArrayBuffer(length));
    const read = async (piece: (typeof pieces)[number]) => ({
      ...piece,
      sealed: await storage.read(from.name, piece.offset, piece.sealedLength),
    });
    for await (const piece of readAhead(pieces, piecesAhead, read)) {
      const plain = openPart(key, { kind: 'summary', ordinal: piece.ordinal }, piece.sealed);
      blob.set(plain, piece.at);
      giveBack(piece.sealed);
      giveBack(plain);
    }
    return blob;
  };
}

export interface IndexSegment {
  readonly summary: SegmentSummary;
  /** False when the id is certainly not in this segment; true without a filter. */
  mayHave(id: Buffer): boolean;
  /** Where several places are known, one that is not to be `avoided`. */
  find(id: Buffer, avoided: (place: ChunkLocation) => boolean): Promise<ChunkLocation | undefined>;
  /** The plain entries of a page. @throws HostkeepError repository/index-damaged */
  page(ordinal: number): Promise<Buffer>;
  readonly pageCount: number;
}

/** Pages kept decoded, per segment. */
const cachedPages = 256;

export function openSegment(storage: Storage, masterKey: Uint8Array, summary: SegmentSummary): IndexSegment {
  const key = deriveFileKey(masterKey, 'index', summary.segmentId);
  const name = indexName(summary.segmentId);
  const pageCount = Math.ceil(summary.entryCount / entriesPerPage);
  const fences = Buffer.from(summary.fences.buffer, summary.fences.byteOffset, summary.fences.byteLength);
  const cache = new Map<number, Promise<Buffer>>();

  const loadPage = async (ordinal: number): Promise<Buffer> => {
    const entries = Math.min(entriesPerPage, summary.entryCount - ordinal * entriesPerPage);
    const sealed = await storage.read(name, indexHeaderBytes + ordinal * sealedPageBytes, entries * entryBytes + 16);
    return openPart(key, { kind: 'page', ordinal }, sealed);
  };
  const page = async (ordinal: number): Promise<Buffer> => {
    const kept = cache.get(ordinal);
    if (kept !== undefined) return kept;
    if (cache.size >= cachedPages) cache.delete(cache.keys().next().value!);
    const loading = loadPage(ordinal);
    cache.set(ordinal, loading);
    loading.catch(() => cache.delete(ordinal));
    return loading;
  };

  return {
    summary,
    pageCount,
    page: loadPage,
    mayHave: (id) => summary.filter === undefined || bloomMayHave(summary.filter, id, 0),
    async find(id, avoided) {
      let otherwise: ChunkLocation | undefined;
      const last = lastFenceUpTo(fences, id);
      for (let ordinal = Math.max(0, firstFenceFrom(fences, id) - 1); ordinal <= last; ordinal += 1) {
        const entries = await page(ordinal);
        const at = findInPage(entries, id);
        if (at === undefined) continue;
        const found = locationOf(entries, at, summary);
        if (!avoided(found)) return found;
        otherwise ??= found;
        for (const twin of twinsInPage(entries, at)) {
          const place = locationOf(entries, twin, summary);
          if (!avoided(place)) return place;
        }
      }
      return otherwise;
    },
  };
}

function locationOf(entries: Buffer, at: number, summary: SegmentSummary): ChunkLocation {
  const location = parseEntry(entries, at, summary.packs);
  if (location === undefined) throw damaged(summary.segmentId, 'entry');
  return location;
}

/** The last page whose first id is at most `id`, by its first eight bytes; -1 when all are greater. */
function lastFenceUpTo(fences: Buffer, id: Buffer): number {
  return searchFences(fences, (at) => fences.compare(id, 0, 8, at, at + 8) <= 0) - 1;
}

/** The first page whose first id starts with the same eight bytes or greater ones. */
function firstFenceFrom(fences: Buffer, id: Buffer): number {
  return searchFences(fences, (at) => fences.compare(id, 0, 8, at, at + 8) < 0);
}

/** The number of leading fences for which `below` holds. */
function searchFences(fences: Buffer, below: (at: number) => boolean): number {
  let [low, high] = [0, fences.length / 8];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (below(middle * 8)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function findInPage(entries: Buffer, id: Buffer): number | undefined {
  let [low, high] = [0, entries.length / entryBytes];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = entries.compare(id, 0, id.length, middle * entryBytes, middle * entryBytes + id.length);
    if (order === 0) return middle * entryBytes;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return undefined;
}

/** The entries of the same id beside one of them: a chunk is stored anew where its first place is damaged. */
function* twinsInPage(entries: Buffer, at: number): Iterable<number> {
  for (const step of [-entryBytes, entryBytes])
    for (let next = at + step; next >= 0 && next < entries.length && isTwin(entries, at, next); next += step) yield next;
}

function isTwin(entries: Buffer, at: number, other: number): boolean {
  return entries.compare(entries, other, other + chunkIdBytes, at, at + chunkIdBytes) === 0;
}

/** The header, which reading does not need but a check covers. */
export async function checkSegmentHeader(storage: Storage, segmentId: string): Promise<void> {
  const head = await storage.read(indexName(segmentId), 0, indexHeaderBytes);
  if (!head.equals(Buffer.concat([indexMagic, Buffer.from(segmentId, 'hex')]))) throw damaged(segmentId, 'header');
}

function openPart(key: FileKey, part: PartName, sealed: Buffer): Buffer {
  try {
    return unseal(key, part, sealed);
  } catch (cause) {
    if (hasCode(cause, 'repository/seal-broken')) throw damaged(key.fileId, part.kind, cause);
    throw cause;
  }
}

function damaged(segmentId: string, structure: string, cause?: unknown): HostkeepError {
  return new HostkeepError('repository/index-damaged', { index: segmentId, structure }, cause);
}
