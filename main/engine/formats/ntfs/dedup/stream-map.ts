import { corrupt, readU64 } from '../damage.ts';
import { chunkHeader, longestChunk, mapChunk, mapEntry, mapReference, streamMap } from './layout.ts';
import type { MapReference } from './reference.ts';
import type { ChunkStore } from './store.ts';

/** A chunk of a file: where it stands in the file, and in the store. */
export interface MappedChunk {
  readonly begin: number;
  readonly end: number;
  readonly number: number;
  readonly container: number;
  readonly generation: number;
  readonly offset: number;
  readonly storedBytes: number;
  readonly hash: Buffer;
}

export interface StreamMap {
  /** The chunk that holds a byte of the part. @throws HostkeepError format/ntfs-corrupt */
  at(offset: number): Promise<MappedChunk>;
}

const pageEntries = 512;

interface Page {
  readonly first: number;
  readonly chunks: readonly MappedChunk[];
}

/** Read page by page, since the map of a large file is long. @throws HostkeepError format/ntfs-corrupt */
export async function openStreamMap(store: ChunkStore, part: MapReference): Promise<StreamMap> {
  const { number, container, offset, mapBytes } = part;
  const found = await store.find({
    kind: 'Stream',
    container,
    generation: undefined,
    number,
    offset,
    headerBytes: mapChunk.headerBytes,
    isWanted: (header) =>
      header.readUInt32LE(chunkHeader.bytes) === mapBytes &&
      header.subarray(mapChunk.hash, mapChunk.hash + mapReference.hashBytes).equals(part.hash),
  });
  const head = Buffer.alloc(streamMap.headerBytes);
  await found.read(0, head);
  if (head.readUInt32LE(0) !== streamMap.magic) throw corrupt('stream map', { container, offset });
  const count = (mapBytes - streamMap.headerBytes) / mapEntry.bytes;
  const pages = Math.ceil(count / pageEntries);
  let kept: Page | undefined;

  const pageAt = async (page: number): Promise<Page> => {
    const first = page * pageEntries;
    if (kept?.first === first) return kept;
    // One entry more, since a chunk begins where the one before it ends.
    const from = Math.max(0, first - 1);
    const bytes = Buffer.alloc((Math.min(count, first + pageEntries) - from) * mapEntry.bytes);
    await found.read(streamMap.headerBytes + from * mapEntry.bytes, bytes);
    const begin = first === 0 ? part.begin : readU64(bytes, mapEntry.end, 'stream map');
    kept = { first, chunks: parseEntries(bytes.subarray((first - from) * mapEntry.bytes), begin, part) };
    return kept;
  };
  return {
    async at(wanted) {
      let [low, high] = kept === undefined ? [0, pages - 1] : nearest(kept, wanted, pages);
      while (low <= high) {
        const middle = (low + high) >>> 1;
        const { chunks } = await pageAt(middle);
        if (wanted < chunks[0]!.begin) high = middle - 1;
        else if (wanted >= chunks.at(-1)!.end) low = middle + 1;
        else return chunks[indexOf(chunks, wanted)]!;
      }
      throw corrupt('stream map', { offset: wanted, state: 'not mapped' });
    },
  };
}

/** Where to look first: most reads go on in the page at hand. */
function nearest(kept: Page, wanted: number, pages: number): [number, number] {
  const page = kept.first / pageEntries;
  if (wanted < kept.chunks[0]!.begin) return [0, page - 1];
  return wanted < kept.chunks.at(-1)!.end ? [page, page] : [page + 1, pages - 1];
}

function indexOf(chunks: readonly MappedChunk[], wanted: number): number {
  let [low, high] = [0, chunks.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (chunks[middle]!.end <= wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function parseEntries(bytes: Buffer, start: number, part: MapReference): readonly MappedChunk[] {
  const chunks: MappedChunk[] = [];
  let begin = start;
  for (let at = 0; at < bytes.length; at += mapEntry.bytes) {
    const end = readU64(bytes, at + mapEntry.end, 'stream map');
    const storedBytes = bytes.readUInt32LE(at + mapEntry.storedBytes);
    if (end <= begin || end > part.end || end - begin > longestChunk || storedBytes > longestChunk)
      throw corrupt('stream map', { begin, end, storedBytes });
    chunks.push({
      begin,
      end,
      number: bytes.readUInt32LE(at + mapEntry.number),
      container: bytes.readUInt32LE(at + mapEntry.container),
      generation: bytes.readUInt32LE(at + mapEntry.generation),
      offset: bytes.readUInt32LE(at + mapEntry.offset),
      storedBytes,
      hash: bytes.subarray(at + mapEntry.hash, at + mapEntry.storedBytes),
    });
    begin = end;
  }
  return chunks;
}
