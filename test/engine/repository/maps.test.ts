import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostkeepError } from '#contract';
import {
  blocksOfLeaf,
  leafBlocks,
  leafBytes,
  leafCountOf,
  pushEntry,
  readLeafIds,
  sliceEntries,
  unallocatedId,
  writeLeaf,
  writeTree,
  zeroId,
  type ChunkReader,
  type MapEntry,
} from '#engine/repository';
import { parseLeaf } from '../../../main/engine/repository/map/layout.ts';
import { forSeeds } from '../../fixtures/properties.ts';
import { mutate, type Numbers } from '../../fuzz/mutate.ts';

const idOf = (number: number): Buffer => Buffer.from(number.toString(16).padStart(32, 'f'), 'hex');

/** Entries that cover exactly so many blocks, joined as a writer joins them. */
function anyEntries(next: Numbers, blocks: number): readonly MapEntry[] {
  const entries: MapEntry[] = [];
  for (let left = blocks; left > 0;) {
    const kind = (['zero', 'unallocated', 'chunk'] as const)[next(3)]!;
    const length = Math.min(left, 1 + next(kind === 'chunk' ? 32 : 300));
    pushEntry(entries, kind === 'chunk' ? { kind, blocks: length, id: idOf(next(9)), skip: next(4) } : { kind, blocks: length });
    left -= length;
  }
  return entries;
}

/** Block by block: what a map says without regard to how it says it. */
function blocksOf(entries: readonly MapEntry[]): readonly string[] {
  return entries.flatMap((entry) =>
    Array.from({ length: entry.blocks }, (_, block) =>
      entry.kind === 'chunk' ? `${entry.id.toString('hex')}+${entry.skip + block}` : entry.kind,
    ),
  );
}

test('a leaf reads back as it was written', () =>
  forSeeds(60, (next) => {
    const blocks = 1 + next(leafBlocks);
    const entries = anyEntries(next, blocks);
    assert.deepEqual(parseLeaf(writeLeaf(entries), blocks), entries);
  }));

test('any part of a leaf, cut and joined again, says the same of every block', () =>
  forSeeds(60, (next) => {
    const blocks = 2 + next(600);
    const entries = anyEntries(next, blocks);
    const cuts = [0, ...Array.from({ length: next(5) }, () => next(blocks)), blocks].toSorted((a, b) => a - b);
    const joined: MapEntry[] = [];
    for (let part = 1; part < cuts.length; part += 1)
      for (const entry of sliceEntries(entries, cuts[part - 1]!, cuts[part]!)) pushEntry(joined, entry);
    assert.deepEqual(blocksOf(joined), blocksOf(entries));
    assert.ok(joined.length <= entries.length, 'and in no more entries');
  }));

test('a leaf with changed bytes is refused or covers its blocks exactly', () =>
  forSeeds(200, (next) => {
    const blocks = 1 + next(500);
    const bytes = writeLeaf(anyEntries(next, blocks));
    if (bytes.length < 16) return;
    mutate(bytes, next);
    try {
      assert.equal(
        parseLeaf(bytes, blocks).reduce((sum, entry) => sum + entry.blocks, 0),
        blocks,
      );
    } catch (error) {
      assert.ok(error instanceof HostkeepError && error.code === 'repository/map-damaged', String(error));
    }
  }));

test('a tree gives back the id of every leaf, for disks of any size, and stores no node for what is empty', () =>
  forSeeds(40, async (next) => {
    const sizeBytes = 1 + next(leafBytes) + next(3) * leafBytes * 256 + next(900) * leafBytes;
    const count = leafCountOf(sizeBytes);
    const ids = Buffer.alloc(count * 16);
    for (let leaf = 0; leaf < count;) {
      const run = Math.min(count - leaf, 1 + next(400));
      const id = [zeroId, unallocatedId, idOf(next(1_000_000))][next(3)]!;
      const end = leaf + run;
      for (; leaf < end; leaf += 1) id.copy(ids, leaf * 16);
    }
    const nodes = new Map<string, Buffer>();
    const root = await writeTree(ids, async (bytes) => {
      const id = idOf(2_000_000 + nodes.size);
      nodes.set(id.toString('hex'), Buffer.from(bytes));
      return id;
    });
    const chunks: ChunkReader = { read: async (_kind, id) => nodes.get(id.toString('hex'))! };
    const disk = { map: root.toString('hex'), sizeBytes };
    assert.ok((await readLeafIds(chunks, disk, { first: 0, end: count })).equals(ids));
    const first = next(count);
    const end = first + next(count - first) + 1;
    assert.ok((await readLeafIds(chunks, disk, { first, end })).equals(ids.subarray(first * 16, end * 16)));
    if (ids.equals(Buffer.alloc(ids.length))) assert.equal(nodes.size, 0);
    assert.ok(blocksOfLeaf(sizeBytes, count - 1) >= 1);
  }));
