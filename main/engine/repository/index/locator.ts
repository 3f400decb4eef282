import { hasCode } from '#contract';
import type { Storage } from '#engine/storage';
import { chunkIdBytes, idKey } from '../chunk-id.ts';
import { packIdOf } from '../pack/layout.ts';
import { readPackDirectory } from '../pack/pack-reader.ts';
import type { ChunkLocation } from './layout.ts';
import { loadIndex } from './load-index.ts';
import { openSegment, type IndexSegment, type SegmentSummary } from './segment.ts';

/** Finds chunks. Where one chunk of a pack is asked for, its neighbours usually follow: whole directories are kept. */
export interface Locator {
  locate(id: Buffer): Promise<ChunkLocation | undefined>;
  /** False means certainly not indexed; answers without waiting. */
  mayHave(id: Buffer): boolean;
  addSegments(summaries: readonly SegmentSummary[]): void;
  /** Forgets all places and reads the index again: another process has moved what lay there. */
  reload(): Promise<void>;
}

interface Options {
  readonly storage: Storage;
  readonly masterKey: Uint8Array;
  readonly segments: readonly SegmentSummary[];
  /** Look into packs that no readable index covers: for reading, so that a damaged index loses nothing. */
  readonly searchPacks: boolean;
}

/** Chunks whose places are remembered from pack directories, and the uses after which a directory is worth reading. */
const rememberedChunks = 100_000;
const usesBeforeDirectory = 3;

export function locator(options: Options): Locator {
  const { storage, masterKey } = options;
  const segments: IndexSegment[] = [];
  const remembered = packMemory();
  let unindexed: Promise<ReadonlyMap<string, ChunkLocation>> | undefined;

  const addSegments = (more: readonly SegmentSummary[]): void => {
    segments.push(...more.map((summary) => openSegment(storage, masterKey, summary)));
    segments.sort((a, b) => b.summary.entryCount - a.summary.entryCount);
  };
  addSegments(options.segments);

  const searchSegments = async (id: Buffer): Promise<ChunkLocation | undefined> => {
    for (const segment of segments) {
      const found = segment.mayHave(id) ? await segment.find(id) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const reload = async (): Promise<void> => {
    const withFilter = options.segments[0]?.filter !== undefined;
    const fresh = await loadIndex(storage, masterKey, { withFilter });
    segments.length = 0;
    unindexed = undefined;
    remembered.clear();
    addSegments(fresh);
  };
  const search = async (id: Buffer): Promise<ChunkLocation | undefined> => {
    try {
      return await searchSegments(id);
    } catch (error) {
      // Another run may have merged segments away since they were listed.
      if (hasCode(error, 'storage/not-found')) {
        await reload();
        return searchSegments(id);
      }
      if (!options.searchPacks || !hasCode(error, 'repository/index-damaged', 'storage/short-read')) throw error;
      unindexed ??= readPacks(storage, masterKey, new Set());
      return undefined;
    }
  };
  const searchPacks = async (id: Buffer): Promise<ChunkLocation | undefined> => {
    if (!options.searchPacks) return undefined;
    unindexed ??= readPacks(storage, masterKey, new Set(segments.flatMap((segment) => segment.summary.packs)));
    return (await unindexed).get(idKey(id));
  };

  return {
    addSegments,
    reload,
    mayHave: (id) => remembered.find(id) !== undefined || segments.some((segment) => segment.mayHave(id)),
    async locate(id) {
      if (id.length !== chunkIdBytes) return undefined;
      const known = remembered.find(id);
      if (known !== undefined) return known;
      const found = (await search(id)) ?? (await searchPacks(id));
      if (found !== undefined && remembered.use(found.packId) === usesBeforeDirectory) {
        remembered.keep(found.packId, await placesIn(storage, masterKey, found.packId));
      }
      return found;
    },
  };
}

/** The places of the chunks of packs used lately. */
function packMemory() {
  const places = new Map<string, ChunkLocation>();
  const packs: { readonly packId: string; readonly keys: readonly string[] }[] = [];
  const uses = new Map<string, number>();
  return {
    find: (id: Buffer) => places.get(idKey(id)),
    clear(): void {
      places.clear();
      packs.length = 0;
      uses.clear();
    },
    /** Counts a use; returns how many there were. */
    use(packId: string): number {
      const used = (uses.get(packId) ?? 0) + 1;
      uses.set(packId, used);
      return used;
    },
    keep(packId: string, found: ReadonlyMap<string, ChunkLocation>): void {
      for (const [key, place] of found) places.set(key, place);
      packs.push({ packId, keys: [...found.keys()] });
      while (places.size > rememberedChunks && packs.length > 1) {
        const oldest = packs.shift()!;
        for (const key of oldest.keys) places.delete(key);
        uses.delete(oldest.packId);
      }
    },
  };
}

/** The places of all chunks of a pack, from its directory; nothing when that is damaged, since the index knows them too, or gone. */
async function placesIn(storage: Storage, masterKey: Uint8Array, packId: string): Promise<ReadonlyMap<string, ChunkLocation>> {
  const places = new Map<string, ChunkLocation>();
  try {
    const directory = await readPackDirectory(storage, masterKey, packId);
    for (const group of directory.groups) {
      const { kind, compression, sealedLength } = group;
      const shared = { packId, groupOrdinal: group.ordinal, groupOffset: group.offset, sealedLength, kind, compression };
      for (const chunk of group.chunks) places.set(idKey(chunk.id), { ...shared, offset: chunk.offset, length: chunk.length });
    }
    return places;
  } catch (error) {
    if (hasCode(error, 'repository/pack-damaged', 'storage/short-read', 'storage/not-found')) return new Map();
    throw error;
  }
}

/** The places of all chunks in packs that are not in `indexed`. Memory: about 200 bytes per chunk; an emergency's price. */
async function readPacks(
  storage: Storage,
  masterKey: Uint8Array,
  indexed: ReadonlySet<string>,
): Promise<ReadonlyMap<string, ChunkLocation>> {
  const all = new Map<string, ChunkLocation>();
  for (const file of await storage.list('packs')) {
    const packId = packIdOf(file.name);
    if (packId === undefined || indexed.has(packId)) continue;
    for (const [key, place] of await placesIn(storage, masterKey, packId)) all.set(key, place);
  }
  return all;
}
