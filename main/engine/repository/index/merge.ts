import { hasCode, HostkeepError } from '#contract';
import type { Repository } from '../repository.ts';
import { chunkIdBytes } from '../chunk-id.ts';
import { entriesPerPage, entryBytes, indexName } from './layout.ts';
import { loadIndex } from './load-index.ts';
import { openSegment, type IndexSegment } from './segment.ts';
import { writeSegment } from './segment-writer.ts';

/** So many segments of a like size become one; sizes are alike within this factor. */
const mergeFrom = 8;
const tierFactor = 8;

/**
 * Keeps the number of segments logarithmic: many small ones become one. The merged segment is published before the
 * old ones go, so at no moment is a chunk without an entry.
 */
export async function mergeSegments(repository: Repository): Promise<number> {
  const { storage, masterKey } = repository;
  // Nearly always: then nothing of them is read.
  if ((await storage.names('index')).length < mergeFrom) return 0;
  const summaries = await loadIndex(storage, masterKey, { withFilter: false });
  const tiers = Map.groupBy(summaries, (summary) => Math.floor(Math.log(summary.entryCount + 1) / Math.log(tierFactor)));
  let merged = 0;
  for (const tier of tiers.values()) {
    if (tier.length < mergeFrom) continue;
    const segments = tier.map((summary) => openSegment(storage, masterKey, summary));
    if (await mergeInto(repository, segments)) merged += tier.length;
  }
  if (merged > 0) repository.refresh();
  return merged;
}

/** False when another run has merged them meanwhile. */
async function mergeInto(repository: Repository, segments: readonly IndexSegment[]): Promise<boolean> {
  const packs = [...new Set(segments.flatMap((segment) => segment.summary.packs))];
  const numbers = new Map(packs.map((packId, number) => [packId, number]));
  const entryCount = segments.reduce((sum, segment) => sum + segment.summary.entryCount, 0);
  try {
    await writeSegment(repository, { packs, entryCount, pages: () => mergedPages(segments, numbers) });
  } catch (error) {
    if (hasCode(error, 'storage/not-found')) return false;
    throw error;
  }
  for (const segment of segments) await repository.storage.remove(indexName(segment.summary.segmentId));
  return true;
}

/** Entries of all segments in the order of ids, a page at a time; memory is one page per segment. */
async function* mergedPages(segments: readonly IndexSegment[], packNumbers: ReadonlyMap<string, number>): AsyncIterable<Buffer> {
  const rows = segments.map((segment) => rowsOf(segment, packNumbers));
  const heads = await Promise.all(rows.map((row) => row.next()));
  let page: Buffer[] = [];
  for (;;) {
    const least = leastHead(heads);
    if (least === undefined) break;
    page.push(heads[least]!.value as Buffer);
    heads[least] = await rows[least]!.next();
    if (page.length === entriesPerPage) {
      yield Buffer.concat(page);
      page = [];
    }
  }
  if (page.length > 0) yield Buffer.concat(page);
}

function leastHead(heads: readonly IteratorResult<Buffer, void>[]): number | undefined {
  let least: number | undefined;
  heads.forEach((head, index) => {
    if (head.done === true) return;
    const best = least === undefined ? undefined : (heads[least]!.value as Buffer);
    if (best === undefined || head.value.compare(best, 0, chunkIdBytes, 0, chunkIdBytes) < 0) least = index;
  });
  return least;
}

async function* rowsOf(segment: IndexSegment, packNumbers: ReadonlyMap<string, number>): AsyncGenerator<Buffer, void> {
  for (let ordinal = 0; ordinal < segment.pageCount; ordinal += 1) {
    const page = await segment.page(ordinal);
    for (let at = 0; at < page.length; at += entryBytes) {
      const row = Buffer.from(page.subarray(at, at + entryBytes));
      const number = packNumbers.get(segment.summary.packs[row.readUInt32LE(16)] ?? '');
      if (number === undefined)
        throw new HostkeepError('repository/index-damaged', { index: segment.summary.segmentId, structure: 'entry' });
      row.writeUInt32LE(number, 16);
      yield row;
    }
  }
}
