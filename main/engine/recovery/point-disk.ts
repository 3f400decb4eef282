import { HostkeepError, type DiskRecord, type RestorePoint } from '#contract';
import { checkRange, joinExtents, type BlockSource, type Extent } from '#engine/blocks';
import {
  blockBytes,
  blocksOfLeaf,
  diskOf,
  leafBytes,
  readLeaf,
  readLeafIds,
  type ChunkReader,
  type MapEntry,
  type Repository,
} from '#engine/repository';

/** Parsed leaves that a disk keeps. */
const keptLeaves = 64;

/** A disk of a restore point, read chunk by chunk as it is asked for. @throws HostkeepError repository/*, storage/* */
export async function openPointDisk(repository: Repository, point: RestorePoint, index: number): Promise<BlockSource> {
  return openStoredDisk(repository, diskOf(point, index));
}

/** The same by the disk's record. */
export async function openStoredDisk(repository: Repository, disk: DiskRecord): Promise<BlockSource> {
  const { chunks } = await repository.reading();
  const leafAt = leafReader(chunks, disk);
  return {
    sizeBytes: disk.sizeBytes,
    logicalSectorSize: disk.logicalSectorSize,
    physicalSectorSize: disk.physicalSectorSize,
    async read(offset, target) {
      checkRange(disk, offset, target.byteLength);
      for (let done = 0; done < target.byteLength;) {
        const leaf = Math.floor((offset + done) / leafBytes);
        const inLeaf = offset + done - leaf * leafBytes;
        const length = Math.min(target.byteLength - done, leafBytes - inLeaf);
        await readFromLeaf(chunks, await leafAt(leaf), inLeaf, target.subarray(done, done + length));
        done += length;
      }
    },
    async extents(offset, length) {
      checkRange(disk, offset, length);
      const found: Extent[] = [];
      for (let leaf = Math.floor(offset / leafBytes); leaf * leafBytes < offset + length; leaf += 1) {
        found.push(...extentsOf(await leafAt(leaf), leaf * leafBytes));
      }
      return clipExtents(found, offset, length);
    },
    close: async () => undefined,
  };
}

function leafReader(chunks: ChunkReader, disk: DiskRecord): (leaf: number) => Promise<readonly MapEntry[]> {
  const kept = new Map<number, Promise<readonly MapEntry[]>>();
  const load = async (leaf: number): Promise<readonly MapEntry[]> => {
    const id = await readLeafIds(chunks, disk, { first: leaf, end: leaf + 1 });
    return readLeaf(chunks, id, blocksOfLeaf(disk.sizeBytes, leaf));
  };
  return (leaf) => {
    const known = kept.get(leaf);
    if (known !== undefined) return known;
    if (kept.size >= keptLeaves) kept.delete(kept.keys().next().value!);
    const loading = load(leaf);
    kept.set(leaf, loading);
    loading.catch(() => kept.delete(leaf));
    return loading;
  };
}

async function readFromLeaf(
  chunks: ChunkReader,
  entries: readonly MapEntry[],
  offset: number,
  target: Uint8Array,
): Promise<void> {
  let start = 0;
  for (const entry of entries) {
    const length = entry.blocks * blockBytes;
    const from = Math.max(start, offset);
    const to = Math.min(start + length, offset + target.byteLength);
    if (from < to) {
      const part = target.subarray(from - offset, to - offset);
      if (entry.kind === 'chunk') part.set(await chunkPart(chunks, entry, { from: from - start, to: to - start }));
      else part.fill(0);
    }
    start += length;
    if (start >= offset + target.byteLength) return;
  }
}

/** Bytes of a map entry, relative to the entry's start. */
async function chunkPart(
  chunks: ChunkReader,
  entry: MapEntry & { kind: 'chunk' },
  range: { readonly from: number; readonly to: number },
): Promise<Buffer> {
  const chunk = await chunks.read('data', entry.id);
  const skipped = entry.skip * blockBytes;
  if (skipped + range.to > chunk.length)
    throw new HostkeepError('repository/map-damaged', {
      chunk: entry.id.toString('hex'),
      skip: entry.skip,
      blocks: entry.blocks,
    });
  return chunk.subarray(skipped + range.from, skipped + range.to);
}

function extentsOf(entries: readonly MapEntry[], start: number): readonly Extent[] {
  let offset = start;
  return entries.map((entry) => {
    const extent: Extent = { offset, length: entry.blocks * blockBytes, kind: entry.kind === 'chunk' ? 'data' : entry.kind };
    offset += extent.length;
    return extent;
  });
}

/** Cuts extents to a range and joins neighbours of one kind. */
export function clipExtents(extents: readonly Extent[], offset: number, length: number): readonly Extent[] {
  const cut = extents.flatMap((extent) => {
    const from = Math.max(extent.offset, offset);
    const to = Math.min(extent.offset + extent.length, offset + length);
    return from < to ? [{ offset: from, length: to - from, kind: extent.kind }] : [];
  });
  return joinExtents(cut);
}
