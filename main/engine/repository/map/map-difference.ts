import type { ByteRange } from '#contract';
import { blockBytes } from '../chunker.ts';
import type { ChunkReader } from '../chunk-reader.ts';
import { blocksOfLeaf, fanOut, leafBytes, leafCountOf, leafIdAt, type MapEntry } from './layout.ts';
import { readLeaf, readLeafIds } from './map-reader.ts';

interface MappedDisk {
  readonly map: string;
  readonly sizeBytes: number;
}

/**
 * Where a disk may hold other bytes than an earlier one, in whole blocks and in order: what both have from the same place of the same
 * chunk is equal, and so is what reads as zeros in both. The reverse need not hold: equal bytes may lie in two chunks.
 */
export async function* mapDifference(chunks: ChunkReader, before: MappedDisk, after: MappedDisk): AsyncIterable<ByteRange> {
  if (before.map === after.map && before.sizeBytes === after.sizeBytes) return;
  const leaves = leafCountOf(after.sizeBytes);
  // The last leaf of the shorter disk is another than that of the longer one.
  const shared =
    before.sizeBytes === after.sizeBytes ? leaves : Math.floor(Math.min(before.sizeBytes, after.sizeBytes) / leafBytes);
  let open: { offset: number; length: number } | undefined;
  for await (const range of differentParts(chunks, { before, after, shared, leaves })) {
    if (open !== undefined && open.offset + open.length === range.offset) open.length += range.length;
    else {
      if (open !== undefined) yield open;
      open = { ...range };
    }
  }
  if (open !== undefined) yield { offset: open.offset, length: Math.min(open.length, after.sizeBytes - open.offset) };
}

interface Compared {
  readonly before: MappedDisk;
  readonly after: MappedDisk;
  /** Leaves that both disks have. */
  readonly shared: number;
  readonly leaves: number;
}

async function* differentParts(chunks: ChunkReader, of: Compared): AsyncIterable<ByteRange> {
  const { before, after, shared, leaves } = of;
  for (let first = 0; first < shared; first += fanOut) {
    const end = Math.min(shared, first + fanOut);
    const [old, now] = [await readLeafIds(chunks, before, { first, end }), await readLeafIds(chunks, after, { first, end })];
    for (let leaf = first; leaf < end; leaf += 1) {
      const [oldId, newId] = [leafIdAt(old, leaf - first), leafIdAt(now, leaf - first)];
      if (oldId.equals(newId)) continue;
      const blocks = blocksOfLeaf(after.sizeBytes, leaf);
      yield* differentEntries(await readLeaf(chunks, oldId, blocks), await readLeaf(chunks, newId, blocks), leaf * leafBytes);
    }
  }
  if (shared < leaves) yield { offset: shared * leafBytes, length: after.sizeBytes - shared * leafBytes };
}

/** Both lists cover the same blocks. */
function* differentEntries(before: readonly MapEntry[], after: readonly MapEntry[], start: number): Iterable<ByteRange> {
  let [oldAt, oldUsed, offset] = [0, 0, start];
  for (const entry of after) {
    for (let used = 0; used < entry.blocks;) {
      const old = before[oldAt]!;
      const blocks = Math.min(entry.blocks - used, old.blocks - oldUsed);
      if (!isSame(old, oldUsed, entry, used)) yield { offset, length: blocks * blockBytes };
      offset += blocks * blockBytes;
      used += blocks;
      oldUsed += blocks;
      if (oldUsed < old.blocks) continue;
      oldAt += 1;
      oldUsed = 0;
    }
  }
}

function isSame(old: MapEntry, oldUsed: number, entry: MapEntry, used: number): boolean {
  if (old.kind !== 'chunk' || entry.kind !== 'chunk') return old.kind !== 'chunk' && entry.kind !== 'chunk';
  return old.skip + oldUsed === entry.skip + used && old.id.equals(entry.id);
}
