import type { DiskRecord } from '#contract';
import type { Extent } from '#engine/blocks';
import {
  blockBytes,
  blocksOfLeaf,
  idKey,
  leafBytes,
  leafCountOf,
  leafIdAt,
  readLeaf,
  readLeafIds,
  type ChunkLocation,
  type ChunkReader,
  type Locator,
  type MapEntry,
} from '#engine/repository';

/** A group that a leaf needs, and which of its chunks. */
export interface WantedGroup {
  /** Pack and ordinal. */
  readonly name: string;
  readonly place: ChunkLocation;
  readonly chunks: WantedChunk[];
}

/** Where a chunk lies in its group once that is opened. */
export interface WantedChunk {
  /** Its id, a character a byte. */
  readonly key: string;
  readonly offset: number;
  readonly length: number;
}

/** A stretch of a leaf: nothing, or part of a chunk. */
export type Stretch =
  | { readonly kind: 'zero' | 'unallocated'; readonly from: number; readonly to: number }
  | {
      readonly kind: 'data';
      /** Bytes of the leaf. */
      readonly from: number;
      readonly to: number;
      /** Undefined when the repository does not have the chunk. */
      readonly group: WantedGroup | undefined;
      readonly chunk: WantedChunk;
      /** Bytes of the chunk before the stretch. */
      readonly skip: number;
    };

/** A leaf of a disk with the places of all that it needs, so that reading from it looks up nothing. */
export interface LeafTable {
  /** In order, covering the leaf. */
  readonly stretches: readonly Stretch[];
  readonly groups: readonly WantedGroup[];
}

export interface LeafTables {
  /** At once, where it was loaded before. */
  known(leaf: number): LeafTable | undefined;
  /** @throws HostkeepError repository/map-damaged, repository/chunk-missing (of the map), storage/* */
  load(leaf: number): Promise<LeafTable>;
  /** The places are not to be believed any more. */
  forget(): void;
}

/** Tables that a disk keeps: about 16 KiB each, 4 MiB of disk. */
const keptTables = 1024;
/** Leaves whose ids are read together: one inner node's. */
const idsAtOnce = 256;
const keptIds = 64;

export function leafTables(reading: { readonly chunks: ChunkReader; readonly locator: Locator }, disk: DiskRecord): LeafTables {
  const tables = kept<LeafTable>(keptTables);
  const ids = kept<Buffer>(keptIds);
  const idOf = async (leaf: number): Promise<Buffer> => {
    const part = Math.floor(leaf / idsAtOnce);
    const first = part * idsAtOnce;
    const end = Math.min(leafCountOf(disk.sizeBytes), first + idsAtOnce);
    return leafIdAt(await ids.load(part, () => readLeafIds(reading.chunks, disk, { first, end })), leaf - first);
  };
  const load = async (leaf: number): Promise<LeafTable> => {
    const entries = await readLeaf(reading.chunks, await idOf(leaf), blocksOfLeaf(disk.sizeBytes, leaf));
    return tableOf(entries, reading.locator);
  };
  return {
    known: tables.known,
    load: (leaf) => tables.load(leaf, () => load(leaf)),
    forget() {
      tables.forget();
      ids.forget();
    },
  };
}

interface Kept<Value> {
  known(key: number): Value | undefined;
  load(key: number, make: () => Promise<Value>): Promise<Value>;
  forget(): void;
}

/** The values used last; one that is being made is made once. */
function kept<Value>(limit: number): Kept<Value> {
  const values = new Map<number, Value>();
  const making = new Map<number, Promise<Value>>();
  const known = (key: number): Value | undefined => {
    const value = values.get(key);
    if (value === undefined) return undefined;
    values.delete(key);
    values.set(key, value);
    return value;
  };
  return {
    known,
    load(key, make) {
      const value = known(key);
      if (value !== undefined) return Promise.resolve(value);
      const running = making.get(key) ?? make();
      if (making.has(key)) return running;
      making.set(key, running);
      const settled = running.then(
        (made) => {
          if (making.get(key) === running) values.set(key, made);
          if (values.size > limit) values.delete(values.keys().next().value!);
        },
        () => undefined,
      );
      void settled.then(() => {
        if (making.get(key) === running) making.delete(key);
      });
      return running;
    },
    forget() {
      values.clear();
      making.clear();
    },
  };
}

async function tableOf(entries: readonly MapEntry[], locator: Locator): Promise<LeafTable> {
  const groups = new Map<string, WantedGroup>();
  const chunks = new Map<string, Pick<Stretch & { kind: 'data' }, 'group' | 'chunk'>>();
  const stretches: Stretch[] = [];
  let from = 0;
  for (const entry of entries) {
    const to = from + entry.blocks * blockBytes;
    if (entry.kind === 'chunk') {
      const key = idKey(entry.id);
      const found = chunks.get(key) ?? wantedOf(key, await locator.locate(entry.id), groups);
      chunks.set(key, found);
      stretches.push({ kind: 'data', from, to, skip: entry.skip * blockBytes, ...found });
    } else stretches.push({ kind: entry.kind, from, to });
    from = to;
  }
  return { stretches, groups: [...groups.values()] };
}

function wantedOf(
  key: string,
  place: ChunkLocation | undefined,
  groups: Map<string, WantedGroup>,
): Pick<Stretch & { kind: 'data' }, 'group' | 'chunk'> {
  if (place === undefined) return { group: undefined, chunk: { key, offset: 0, length: 0 } };
  const name = `${place.packId}/${place.groupOrdinal}`;
  const group = groups.get(name) ?? { name, place, chunks: [] };
  groups.set(name, group);
  const chunk: WantedChunk = { key, offset: place.offset, length: place.length };
  group.chunks.push(chunk);
  return { group, chunk };
}

/** The first stretch that reaches past `offset`, by halving. */
export function stretchAt({ stretches }: LeafTable, offset: number): number {
  let low = 0;
  let high = stretches.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stretches[middle]!.to > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function leafExtents({ stretches }: LeafTable, leaf: number): readonly Extent[] {
  return stretches.map(({ kind, from, to }) => ({ offset: leaf * leafBytes + from, length: to - from, kind }));
}
