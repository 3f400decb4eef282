import { HostkeepError } from '#contract';
import type { Random } from '#engine/ports';
import type { Storage, StorageWriter } from '#engine/storage';
import { chunkIdBytes } from '../chunk-id.ts';
import { chunkRowBytes, readHeads } from '../pack/layout.ts';
import { deriveFileKey, seal, type FileKey } from '../seal.ts';
import { bloomAdd, newBloom } from './bloom.ts';
import {
  entriesPerPage,
  entryBytes,
  indexEndMagic,
  indexMagic,
  indexName,
  summaryPieceBytes,
  writeEntry,
  type EntryGroup,
} from './layout.ts';

/** A pack as the index sees it. */
export interface IndexedPack {
  readonly packId: string;
  readonly directory: Uint8Array;
}

/** Sorted entries and the packs they point to: the content of a segment. */
export interface SegmentContent {
  readonly packs: readonly string[];
  readonly entryCount: number;
  /** Sorted entries, a page or less at a time. */
  pages(): AsyncIterable<Buffer> | Iterable<Buffer>;
}

interface Options {
  readonly storage: Storage;
  readonly masterKey: Uint8Array;
  readonly random: Random;
}

/** Publishes an index segment; returns its id. Durable when it returns. */
export async function writeSegment(options: Options, content: SegmentContent): Promise<string> {
  const segmentId = options.random.bytes(16).toString('hex');
  const key = deriveFileKey(options.masterKey, 'index', segmentId);
  const writer = await options.storage.create(indexName(segmentId));
  try {
    await writer.append(Buffer.concat([indexMagic, Buffer.from(segmentId, 'hex')]));
    const { fences, filter } = await appendPages(writer, key, content);
    const packs = Buffer.from(content.packs.join(''), 'hex');
    const summary = await appendSummary(writer, key, [fences, packs, filter]);
    await appendTrailer(
      writer,
      key,
      Buffer.concat([uint32s([content.entryCount, content.packs.length, filter.length]), summary]),
    );
    await writer.publish();
  } catch (error) {
    await writer.discard();
    throw error;
  }
  return segmentId;
}

interface Summary {
  readonly fences: Buffer;
  readonly filter: Buffer;
}

async function appendPages(writer: StorageWriter, key: FileKey, content: SegmentContent): Promise<Summary> {
  const fences = Buffer.alloc(Math.ceil(content.entryCount / entriesPerPage) * 8);
  const filter = newBloom(content.entryCount);
  let ordinal = 0;
  let waiting: Buffer[] = [];
  for await (const page of content.pages()) {
    page.copy(fences, ordinal * 8, 0, 8);
    for (let at = 0; at < page.length; at += entryBytes) bloomAdd(filter, page, at);
    waiting.push(seal(key, { kind: 'page', ordinal }, page));
    ordinal += 1;
    if (waiting.length === 128) {
      await writer.append(waiting);
      waiting = [];
    }
  }
  await writer.append(waiting);
  return { fences, filter: Buffer.from(filter) };
}

/** Seals each blob in pieces; the ordinals run on, so that the reader finds every piece by arithmetic. */
async function appendSummary(writer: StorageWriter, key: FileKey, blobs: readonly Buffer[]): Promise<Buffer> {
  let ordinal = 1;
  for (const blob of blobs) {
    for (let at = 0; at < blob.length; at += summaryPieceBytes) {
      await writer.append(seal(key, { kind: 'summary', ordinal }, blob.subarray(at, at + summaryPieceBytes)));
      ordinal += 1;
    }
  }
  return uint32s(blobs.map((blob) => blob.length));
}

async function appendTrailer(writer: StorageWriter, key: FileKey, footer: Buffer): Promise<void> {
  const sealed = seal(key, { kind: 'summary', ordinal: 0 }, footer);
  await writer.append(Buffer.concat([sealed, uint32s([sealed.length]), indexEndMagic]));
}

function uint32s(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32LE(value, index * 4));
  return bytes;
}

/**
 * The sorted entries of finished packs. Memory: 48 bytes per chunk, and an object for each group.
 * @throws HostkeepError repository/pack-damaged when a directory contradicts itself
 */
export function contentOfPacks(packs: readonly IndexedPack[]): SegmentContent {
  const heads = packs.map((pack) => readHeads(pack.directory));
  const entryCount = heads.flat().reduce((sum, head) => sum + head.chunks, 0);
  const entries = Buffer.alloc(entryCount * entryBytes);
  let at = 0;
  packs.forEach(({ packId, directory }, pack) => {
    const rows = Buffer.from(directory.buffer, directory.byteOffset, directory.byteLength);
    heads[pack]!.forEach((head, ordinal) => {
      at = writeEntries(entries, at, { packId, rows, group: { pack, ordinal, head } });
    });
  });
  const order = sortedOrder(entries, entryCount);
  return { packs: packs.map((pack) => pack.packId), entryCount, pages: () => pagesInOrder(entries, order) };
}

/** The entries of a group's chunks; returns where they end. */
function writeEntries(
  entries: Buffer,
  from: number,
  of: { readonly packId: string; readonly rows: Buffer; readonly group: EntryGroup },
): number {
  const { rowsAt, chunks, plainLength } = of.group.head;
  let [at, offset] = [from, 0];
  for (let rowAt = rowsAt; rowAt < rowsAt + chunks * chunkRowBytes; rowAt += chunkRowBytes) {
    writeEntry(entries, at, of.group, { rows: of.rows, rowAt, offset });
    offset += of.rows.readUInt32LE(rowAt + chunkIdBytes);
    at += entryBytes;
  }
  if (offset !== plainLength)
    throw new HostkeepError('repository/pack-damaged', { pack: of.packId, structure: 'directory', plainLength, chunks: offset });
  return at;
}

function* pagesInOrder(entries: Buffer, order: Uint32Array): Iterable<Buffer> {
  for (let start = 0; start < order.length; start += entriesPerPage) {
    const rows = order.subarray(start, start + entriesPerPage);
    const page = Buffer.alloc(rows.length * entryBytes);
    rows.forEach((row, index) => entries.copy(page, index * entryBytes, row * entryBytes, (row + 1) * entryBytes));
    yield page;
  }
}

/** Sorts by a number made of the id's first bytes and the row, natively, then mends the order of equal first bytes. */
function sortedOrder(entries: Buffer, count: number): Uint32Array {
  const rowSpan = 2 ** 26;
  const keys = new Float64Array(count);
  for (let row = 0; row < count; row += 1) keys[row] = (entries.readUInt32BE(row * entryBytes) >>> 6) * rowSpan + row;
  keys.sort();
  const order = Uint32Array.from(keys, (value) => value % rowSpan);
  for (let index = 1; index < count; index += 1) {
    const row = order[index]!;
    let to = index;
    while (to > 0 && compareIds(entries, order[to - 1]!, row) > 0) {
      order[to] = order[to - 1]!;
      to -= 1;
    }
    order[to] = row;
  }
  return order;
}

function compareIds(entries: Buffer, a: number, b: number): number {
  return entries.compare(entries, b * entryBytes, b * entryBytes + chunkIdBytes, a * entryBytes, a * entryBytes + chunkIdBytes);
}
