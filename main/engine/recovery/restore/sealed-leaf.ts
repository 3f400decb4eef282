import { setImmediate } from 'node:timers/promises';
import { HostkeepError } from '#contract';
import {
  blockBytes,
  idKey,
  packName,
  readLeaf,
  type ChunkLocation,
  type ChunkKeyer,
  type ChunkReader,
  type Locator,
  type MapEntry,
} from '#engine/repository/chunks';
import type { Storage } from '#engine/storage';
import type { GroupOpener } from './group-opener.ts';

/** A leaf of a restore point with the sealed groups that hold its chunks, fetched but not yet opened. */
export interface SealedLeaf {
  readonly entries: readonly MapEntry[];
  readonly groups: readonly SealedGroup[];
}

interface WantedGroup {
  readonly place: ChunkLocation;
  /** Chunks wanted of this group, by id. */
  readonly chunks: Map<string, WantedChunk>;
}

type SealedGroup = WantedGroup & { readonly sealed: Buffer };

interface WantedChunk {
  readonly place: ChunkLocation;
  readonly uses: Use[];
}

/** Where in the leaf some blocks of a chunk go. */
interface Use {
  readonly block: number;
  readonly skip: number;
  readonly blocks: number;
}

interface Reading {
  readonly storage: Storage;
  readonly locator: Locator;
  readonly chunks: ChunkReader;
}

/** Groups that lie closer than this are fetched in one read of at most the other. */
const readGapBytes = 64 * 1024;
const readLimitBytes = 4 * 1024 * 1024;

/** Fetches everything a leaf needs, in few large reads. @throws HostkeepError repository/chunk-missing, storage/* */
export async function fetchLeaf(reading: Reading, leafId: Buffer, blocks: number): Promise<SealedLeaf> {
  const entries = await readLeaf(reading.chunks, leafId, blocks);
  const groups = (await wantedGroups(reading.locator, entries)).toSorted((a, b) => comparePlaces(a.place, b.place));
  const sealed: SealedGroup[] = [];
  for (const stretch of stretchesOf(groups)) {
    const first = stretch[0]!.place;
    const last = stretch.at(-1)!.place;
    const bytes = await reading.storage.read(
      packName(first.packId),
      first.groupOffset,
      last.groupOffset + last.sealedLength - first.groupOffset,
    );
    for (const group of stretch) {
      const at = group.place.groupOffset - first.groupOffset;
      sealed.push({ ...group, sealed: bytes.subarray(at, at + group.place.sealedLength) });
    }
  }
  return { entries, groups: sealed };
}

/** The groups that hold the chunks of a leaf. */
async function wantedGroups(locator: Locator, entries: readonly MapEntry[]): Promise<WantedGroup[]> {
  const byPack = new Map<string, Map<number, WantedGroup>>();
  let block = 0;
  for (const entry of entries) {
    if (entry.kind === 'chunk') {
      const place = locator.remembered(entry.id) ?? (await locator.locate(entry.id));
      if (place === undefined) throw new HostkeepError('repository/chunk-missing', { chunk: entry.id.toString('hex') });
      const { chunks } = mapped(
        mapped(byPack, place.packId, () => new Map<number, WantedGroup>()),
        place.groupOffset,
        () => ({ place, chunks: new Map<string, WantedChunk>() }),
      );
      const { uses } = mapped(chunks, idKey(entry.id), () => ({ place, uses: [] }));
      uses.push({ block, skip: entry.skip, blocks: entry.blocks });
    }
    block += entry.blocks;
  }
  return [...byPack.values()].flatMap((groups) => [...groups.values()]);
}

function mapped<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function comparePlaces(a: ChunkLocation, b: ChunkLocation): number {
  if (a.packId !== b.packId) return a.packId < b.packId ? -1 : 1;
  return a.groupOffset - b.groupOffset;
}

function* stretchesOf<Group extends { readonly place: ChunkLocation }>(groups: readonly Group[]): Iterable<readonly Group[]> {
  let stretch: Group[] = [];
  for (const group of groups) {
    const first = stretch[0]?.place;
    const last = stretch.at(-1)?.place;
    const joins =
      first !== undefined &&
      last !== undefined &&
      first.packId === group.place.packId &&
      group.place.groupOffset - (last.groupOffset + last.sealedLength) <= readGapBytes &&
      group.place.groupOffset + group.place.sealedLength - first.groupOffset <= readLimitBytes;
    if (!joins && stretch.length > 0) {
      yield stretch;
      stretch = [];
    }
    stretch.push(group);
  }
  if (stretch.length > 0) yield stretch;
}

interface Opening {
  readonly groups: GroupOpener;
  readonly keyer: ChunkKeyer;
}

/**
 * Opens the groups and puts every chunk in its place; each chunk is proved by its id. Blocks that hold nothing are left as
 * they are in `target`. @throws HostkeepError repository/chunk-damaged, repository/map-damaged
 */
export async function openLeaf(leaf: SealedLeaf, opening: Opening, target: Buffer): Promise<void> {
  for (const group of leaf.groups) {
    // What is being read and written goes on meanwhile: otherwise this thread, or its disk, would have nothing to do after this leaf.
    await setImmediate();
    const plain = opening.groups(group.place, group.sealed);
    for (const [key, { place, uses }] of group.chunks) {
      const chunk = plain.subarray(place.offset, place.offset + place.length);
      const proved = place.kind === 'data' && chunk.length === place.length && opening.keyer('data', chunk) === key;
      if (!proved)
        throw new HostkeepError('repository/chunk-damaged', {
          chunk: Buffer.from(key, 'latin1').toString('hex'),
          pack: place.packId,
          group: place.groupOrdinal,
        });
      for (const use of uses) copyUse(chunk, use, target);
    }
  }
}

function copyUse(chunk: Buffer, use: Use, target: Buffer): void {
  const from = use.skip * blockBytes;
  const to = from + use.blocks * blockBytes;
  if (to > chunk.length)
    throw new HostkeepError('repository/map-damaged', { skip: use.skip, blocks: use.blocks, chunkBytes: chunk.length });
  chunk.copy(target, use.block * blockBytes, from, to);
}

/** The stretches of a leaf that hold data, in bytes from its start, joined where they touch. */
export function dataStretches(entries: readonly MapEntry[]): readonly { readonly offset: number; readonly length: number }[] {
  const stretches: { offset: number; length: number }[] = [];
  let offset = 0;
  for (const entry of entries) {
    const length = entry.blocks * blockBytes;
    const last = stretches.at(-1);
    if (entry.kind === 'chunk' && last !== undefined && last.offset + last.length === offset) last.length += length;
    else if (entry.kind === 'chunk') stretches.push({ offset, length });
    offset += length;
  }
  return stretches;
}
