import { HostkeepError, type PointId } from '#contract';
import { idKey } from '../chunk-id.ts';
import type { ChunkLocation } from '../index/layout.ts';
import { blocksOfLeaf, leafCountOf, leafIdAt, leavesWithContent } from '../map/layout.ts';
import { mapChunkIds, readLeaf, readLeafIds } from '../map/map-reader.ts';
import type { PackDirectory } from '../pack/pack-reader.ts';
import { listEveryPoint, listPointIds } from '../points.ts';
import type { Repository } from '../repository.ts';

/** Which chunks of which packs some restore point needs: 128 bits per group, one per 4 KiB of its plain bytes. */
export interface LiveChunks {
  /** The points whose chunks are marked. */
  readonly points: ReadonlySet<PointId>;
  isLive(packId: string, group: number, offset: number): boolean;
  /** Whether any chunk of the pack is needed. */
  packIsLive(packId: string): boolean;
}

const markBytes = 16;
const markedBytes = 4096;

/**
 * Marks from all manifests. The caller holds the exclusive lock, so that no point goes meanwhile. @throws HostkeepError
 * repository/unreadable-points when one cannot be read, for then nobody knows what it needs; repository/* when a map cannot be walked
 */
export async function findLiveChunks(repository: Repository, signal: AbortSignal): Promise<LiveChunks> {
  const { points, damaged } = await listEveryPoint(repository);
  if (damaged.length > 0)
    throw new HostkeepError('repository/unreadable-points', { points: damaged.map((point) => point.id) }, damaged[0]?.error);
  const known = new Set(points.map((point) => point.id));
  await refuseUnknown(repository, known);
  const { locator, chunks } = await repository.reading();
  const marks = liveMarks(known);
  const seen = new Set<string>();
  const isNew = (id: Buffer): boolean => {
    const key = idKey(id);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  };
  const nowhere = new Set<string>();
  const mark = async (id: Buffer): Promise<void> => {
    const place = await locator.locate(id);
    if (place === undefined) nowhere.add(idKey(id));
    else marks.mark(place);
  };
  for (const disk of points.flatMap((point) => point.disks)) {
    signal.throwIfAborted();
    for (const id of await mapChunkIds(chunks, disk, { seen: (node) => !isNew(node), nodesOnly: true })) await mark(id);
    const ids = await readLeafIds(chunks, disk, { first: 0, end: leafCountOf(disk.sizeBytes) });
    for (const leaf of leavesWithContent(ids)) {
      const id = leafIdAt(ids, leaf);
      if (!isNew(id)) continue;
      await mark(id);
      for (const entry of await readLeaf(chunks, id, blocksOfLeaf(disk.sizeBytes, leaf)))
        if (entry.kind === 'chunk') await mark(entry.id);
    }
  }
  // A storage that was gone for a moment has no packs either. What lies nowhere indeed cannot be kept; `repo check` tells about it.
  if (nowhere.size > 0) await locator.reload();
  for (const key of nowhere) await mark(Buffer.from(key, 'latin1'));
  return marks;
}

/**
 * A storage that was gone for a moment lists less than there is, and what it listed may not be found: nobody may take that for points that
 * nobody has. @throws HostkeepError repository/unreadable-points when there is a point beside those that are known
 */
export async function refuseUnknown(repository: Repository, known: ReadonlySet<PointId>): Promise<void> {
  const missed = (await listPointIds(repository)).filter((id) => !known.has(id));
  if (missed.length > 0) throw new HostkeepError('repository/unreadable-points', { points: missed });
}

function liveMarks(points: ReadonlySet<PointId>): LiveChunks & { mark(place: ChunkLocation): void } {
  const packs = new Map<string, Uint8Array>();
  const grown = (packId: string, bytes: number): Uint8Array => {
    const old = packs.get(packId) ?? new Uint8Array(0);
    if (old.length >= bytes) return old;
    const next = new Uint8Array(Math.max(bytes, old.length * 2));
    next.set(old);
    packs.set(packId, next);
    return next;
  };
  const bitOf = (group: number, offset: number): number =>
    group * markBytes * 8 + (Math.floor(offset / markedBytes) % (markBytes * 8));
  return {
    points,
    mark(place) {
      const bit = bitOf(place.groupOrdinal, place.offset);
      const marks = grown(place.packId, (place.groupOrdinal + 1) * markBytes);
      marks[bit >>> 3]! |= 1 << (bit & 7);
    },
    isLive(packId, group, offset) {
      const bit = bitOf(group, offset);
      return ((packs.get(packId)?.[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0;
    },
    packIsLive: (packId) => packs.has(packId),
  };
}

/** Plain bytes of a pack, and how many of them are needed. */
export function liveBytes(live: LiveChunks, directory: PackDirectory): { readonly live: number; readonly all: number } {
  let [needed, all] = [0, 0];
  for (const group of directory.groups) {
    for (const chunk of group.chunks) {
      all += chunk.length;
      if (live.isLive(directory.packId, group.ordinal, chunk.offset)) needed += chunk.length;
    }
  }
  return { live: needed, all };
}
