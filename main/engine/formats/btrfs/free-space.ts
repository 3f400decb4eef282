import type { ByteRange } from '#contract';
import { firstEndingAfter } from '#engine/bytes';
import { isStriped, type Chunk } from './chunks.ts';
import { corrupt, items, objects } from './layout.ts';
import type { BtrfsVolume } from './volume.ts';

const mib = 1024 * 1024;
/** Nothing is ever placed before this, nor over the copies of the superblock (Linux fs/btrfs/volumes.h). */
const firstPlace = mib;
const superblockPlaces = [64 * mib, 256 * 1024 * mib];
const superblockRoom = 64 * 1024;

/** A stretch of this device that a chunk has. */
interface Taken {
  readonly chunk: Chunk;
  readonly offset: number;
}

/** What no chunk has, and what of each chunk no extent has ([BTRFS] "EXTENT_ITEM"). Of striped chunks everything counts as used. */
export async function* freeRanges(volume: BtrfsVolume): AsyncIterable<ByteRange> {
  const { superblock, source } = volume;
  const end = Math.min(superblock.deviceBytes, source.sizeBytes);
  yield* joined(withoutSuperblocks(gaps(volume, end)));
}

async function* gaps(volume: BtrfsVolume, end: number): AsyncIterable<ByteRange> {
  let done = firstPlace;
  for (const { chunk, offset } of takenOn(volume)) {
    const length = isStriped(chunk) ? stripedLength(chunk) : chunk.length;
    if (offset < done || offset + length > end) throw corrupt('chunk', { logical: chunk.logical, offset });
    yield { offset: done, length: offset - done };
    if (!isStriped(chunk))
      for await (const free of freeIn(volume, chunk)) yield { offset: offset + free.offset - chunk.logical, length: free.length };
    done = offset + length;
  }
  yield { offset: done, length: end - done };
}

function takenOn({ map, superblock }: BtrfsVolume): readonly Taken[] {
  return map.chunks
    .flatMap((chunk) =>
      chunk.stripes.filter(({ deviceId }) => deviceId === superblock.deviceId).map(({ offset }) => ({ chunk, offset })),
    )
    .toSorted((a, b) => a.offset - b.offset);
}

/** No more than the whole chunk; with several stripes on one device they may lie side by side. */
function stripedLength({ length, stripes }: Chunk): number {
  return Math.ceil(length / stripes.length);
}

/** Logical addresses of a chunk that no extent has, and the log neither. */
async function* freeIn(volume: BtrfsVolume, chunk: Chunk): AsyncIterable<ByteRange> {
  const { used } = volume.log;
  for await (const { offset, length } of unnamedIn(volume, chunk)) {
    let from = offset;
    const end = offset + length;
    for (let at = firstEndingAfter(used, from); at < used.length && used[at]!.offset < end; at += 1) {
      const taken = used[at]!;
      if (taken.offset > from) yield { offset: from, length: taken.offset - from };
      from = taken.offset + taken.length;
    }
    if (from < end) yield { offset: from, length: end - from };
  }
}

/** Logical addresses of a chunk that the extent tree does not name. */
async function* unnamedIn({ trees, rootOf, superblock }: BtrfsVolume, chunk: Chunk): AsyncIterable<ByteRange> {
  const end = chunk.logical + chunk.length;
  let done = chunk.logical;
  const range = {
    first: { objectid: chunk.logical, type: 0, offset: 0 },
    last: { objectid: end - 1, type: 255, offset: -1 },
  };
  for await (const found of trees.between(await rootOf(objects.extentTree), range)) {
    for (const { key } of found) {
      if (key.type !== items.extent && key.type !== items.metadata) continue;
      const length = key.type === items.extent ? key.offset : superblock.nodeSize;
      if (key.objectid < done || length <= 0 || key.objectid + length > end)
        throw corrupt('extent tree', { logical: key.objectid });
      if (key.objectid > done) yield { offset: done, length: key.objectid - done };
      done = key.objectid + length;
    }
  }
  if (done < end) yield { offset: done, length: end - done };
}

async function* withoutSuperblocks(ranges: AsyncIterable<ByteRange>): AsyncIterable<ByteRange> {
  for await (const { offset, length } of ranges) {
    let from = offset;
    const end = offset + length;
    for (const place of superblockPlaces) {
      if (place + superblockRoom <= from || place >= end) continue;
      if (place > from) yield { offset: from, length: place - from };
      from = Math.min(end, place + superblockRoom);
    }
    if (from < end) yield { offset: from, length: end - from };
  }
}

async function* joined(ranges: AsyncIterable<ByteRange>): AsyncIterable<ByteRange> {
  let open: ByteRange | undefined;
  for await (const range of ranges) {
    if (range.length <= 0) continue;
    if (open !== undefined && open.offset + open.length === range.offset)
      open = { offset: open.offset, length: open.length + range.length };
    else {
      if (open !== undefined) yield open;
      open = range;
    }
  }
  if (open !== undefined) yield open;
}
