import { hasCode } from '#contract';
import type { Storage } from '#engine/storage';
import { chunkIdBytes } from '../chunk-id.ts';
import { packIdOf } from '../pack/layout.ts';
import { readDirectory } from '../pack/pack-reader.ts';
import type { ChunkLocation } from './layout.ts';
import { loadIndex } from './load-index.ts';
import { packMemory } from './pack-memory.ts';
import { packPlaces, type PackPlaces } from './pack-places.ts';
import { openSegment, type IndexSegment, type SegmentSummary } from './segment.ts';

/** Finds chunks. Where one chunk of a pack is asked for, its neighbours usually follow: whole directories are kept. */
export interface Locator {
  locate(id: Buffer): Promise<ChunkLocation | undefined>;
  /** The place, where it is remembered; most often it is, and a promise for every chunk costs as much as finding it. */
  remembered(id: Buffer): ChunkLocation | undefined;
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

/** Uses of a pack after which its directory is worth reading. */
const usesBeforeDirectory = 3;

export function locator(options: Options): Locator {
  const { storage, masterKey } = options;
  const segments: IndexSegment[] = [];
  const remembered = packMemory();
  let unindexed: Promise<readonly PackPlaces[]> | undefined;

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
    for (const pack of await unindexed) {
      const found = pack.find(id);
      if (found !== undefined) return found;
    }
    return undefined;
  };

  return {
    addSegments,
    reload,
    remembered: (id) => (id.length === chunkIdBytes ? remembered.find(id) : undefined),
    mayHave: (id) => remembered.find(id) !== undefined || segments.some((segment) => segment.mayHave(id)),
    async locate(id) {
      if (id.length !== chunkIdBytes) return undefined;
      const known = remembered.find(id);
      if (known !== undefined) return known;
      const found = (await search(id)) ?? (await searchPacks(id));
      if (found !== undefined && remembered.use(found.packId) === usesBeforeDirectory) {
        const places = await placesIn(storage, masterKey, found.packId);
        if (places !== undefined) remembered.keep(places);
      }
      return found;
    },
  };
}

/** The places in a pack, from its directory; undefined when that is damaged, since the index knows them too, or gone. */
async function placesIn(storage: Storage, masterKey: Uint8Array, packId: string): Promise<PackPlaces | undefined> {
  try {
    return packPlaces(packId, (await readDirectory(storage, masterKey, packId)).bytes);
  } catch (error) {
    if (hasCode(error, 'repository/pack-damaged', 'storage/short-read', 'storage/not-found')) return undefined;
    throw error;
  }
}

/** The places in all packs that are not in `indexed`. Memory: about 40 bytes per chunk; an emergency's price, as is the time. */
async function readPacks(storage: Storage, masterKey: Uint8Array, indexed: ReadonlySet<string>): Promise<readonly PackPlaces[]> {
  const all: PackPlaces[] = [];
  for (const name of await storage.names('packs')) {
    const packId = packIdOf(name);
    if (packId === undefined || indexed.has(packId)) continue;
    const places = await placesIn(storage, masterKey, packId);
    if (places !== undefined) all.push(places);
  }
  return all;
}
