import { hasCode } from '#contract';
import type { Storage } from '#engine/storage';
import { chunkIdBytes } from '../chunk-id.ts';
import { packIdOf } from '../pack/layout.ts';
import { readDirectory } from '../pack/pack-reader.ts';
import { listDamage } from '../damage/damage-marks.ts';
import { newDamage, type DamagedPack } from '../damage/damage.ts';
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
  /** What is known to be damaged: other places come before it. */
  readonly damaged: readonly DamagedPack[];
  /**
   * For reading, packs that no readable index covers are looked into, so that a damaged index loses nothing, and what is damaged is found
   * where there is no other place. For writing it counts as not stored.
   */
  readonly forReading: boolean;
}

/** Uses of a pack after which its directory is worth reading: who wants the first bytes of a file meets many packs a few times each. */
const usesBeforeDirectory = 32;

export function locator(options: Options): Locator {
  const { storage, masterKey } = options;
  const segments: IndexSegment[] = [];
  const remembered = packMemory();
  let damage = newDamage(options.damaged);
  const isDamaged = (place: ChunkLocation): boolean => damage.touches(place.packId, place.groupOrdinal);
  let unindexed: Promise<readonly PackPlaces[]> | undefined;

  const addSegments = (more: readonly SegmentSummary[]): void => {
    segments.push(...more.map((summary) => openSegment(storage, masterKey, summary)));
    segments.sort((a, b) => b.summary.entryCount - a.summary.entryCount);
  };
  addSegments(options.segments);

  const searchSegments = async (id: Buffer): Promise<ChunkLocation | undefined> => {
    let otherwise: ChunkLocation | undefined;
    for (const segment of segments) {
      const found = segment.mayHave(id) ? await segment.find(id, isDamaged) : undefined;
      if (found !== undefined && !isDamaged(found)) return found;
      otherwise ??= found;
    }
    return options.forReading ? otherwise : undefined;
  };
  const reload = async (): Promise<void> => {
    const withFilter = options.segments[0]?.filter !== undefined;
    const fresh = await loadIndex(storage, masterKey, { withFilter });
    damage = newDamage(await listDamage(storage));
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
      if (!options.forReading || !hasCode(error, 'repository/index-damaged', 'storage/short-read')) throw error;
      unindexed ??= readPacks(new Set());
      return undefined;
    }
  };
  const searchPacks = async (id: Buffer): Promise<ChunkLocation | undefined> => {
    if (!options.forReading) return undefined;
    unindexed ??= readPacks(new Set(segments.flatMap((segment) => segment.summary.packs)));
    for (const pack of await unindexed) {
      const found = pack.find(id);
      if (found !== undefined) return found;
    }
    return undefined;
  };

  /** The places in a pack, from its directory; undefined when that is damaged, since the index knows them too, or gone. */
  const placesIn = async (packId: string): Promise<PackPlaces | undefined> => {
    try {
      const { bytes } = await readDirectory(storage, masterKey, packId);
      return packPlaces(packId, bytes, (group) => damage.touches(packId, group));
    } catch (error) {
      if (hasCode(error, 'repository/pack-damaged', 'storage/short-read', 'storage/not-found')) return undefined;
      throw error;
    }
  };
  /** The places in all packs that are not in `indexed`. Memory: about 40 bytes per chunk; an emergency's price, as is the time. */
  const readPacks = async (indexed: ReadonlySet<string>): Promise<readonly PackPlaces[]> => {
    const all: PackPlaces[] = [];
    for (const name of await storage.names('packs')) {
      const packId = packIdOf(name);
      const places = packId === undefined || indexed.has(packId) ? undefined : await placesIn(packId);
      if (places !== undefined) all.push(places);
    }
    return all;
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
      const indexed = await search(id);
      const found = indexed === undefined || isDamaged(indexed) ? ((await searchPacks(id)) ?? indexed) : indexed;
      if (found !== undefined && remembered.use(found.packId) === usesBeforeDirectory) {
        const places = await placesIn(found.packId);
        if (places !== undefined) remembered.keep(places);
      }
      return found;
    },
  };
}
