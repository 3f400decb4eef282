import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinExtents, type BlockSource, type Extent } from '#engine/blocks';
import { leafBytes } from '#engine/repository';
import { findEmptyLeaves } from '../../../main/engine/backup/pipeline/empty-leaves.ts';
import { forSeeds } from '../../fixtures/properties.ts';

const mib = 1024 * 1024;

/** A disk that tells of each of its blocks alone, as an image with blocks of 1 MiB does. */
function diskOf(kinds: readonly Extent['kind'][]): BlockSource {
  const all = kinds.map((kind, block) => ({ offset: block * mib, length: mib, kind }));
  return {
    sizeBytes: kinds.length * mib,
    logicalSectorSize: 512,
    physicalSectorSize: 512,
    read: () => Promise.reject(new Error('nothing is read')),
    extents: async (offset, length) => all.filter((extent) => extent.offset >= offset && extent.offset < offset + length),
    close: async () => undefined,
  };
}

test('a leaf whose blocks all hold nothing is passed over, also where they are smaller than it', () =>
  forSeeds(100, async (next) => {
    const kinds = Array.from(
      { length: 1 + next(40) },
      () => (['data', 'zero', 'unallocated'] as const)[Math.floor(next(9) / 4)]!,
    );
    const found = new Map<number, string>();
    await findEmptyLeaves(diskOf(kinds), (leaf, id) => void found.set(leaf, id.toString('hex')));
    const perLeaf = leafBytes / mib;
    for (let leaf = 0; leaf * perLeaf < kinds.length; leaf += 1) {
      const own = new Set(kinds.slice(leaf * perLeaf, (leaf + 1) * perLeaf));
      const [only] = own.size === 1 ? [...own] : ['data'];
      const ids = { data: undefined, zero: '0'.repeat(32), unallocated: `${'0'.repeat(31)}1` };
      assert.equal(found.get(leaf), ids[only as keyof typeof ids], `leaf ${leaf} of ${kinds.join(' ')}`);
    }
  }));

test('extents of one kind are joined where they touch, and nowhere else', () => {
  const extent = (offset: number, kind: Extent['kind']): Extent => ({ offset, length: 10, kind });
  const joined = joinExtents([extent(0, 'zero'), extent(10, 'zero'), extent(20, 'data'), extent(40, 'data')]);
  assert.deepEqual(joined, [{ offset: 0, length: 20, kind: 'zero' }, extent(20, 'data'), extent(40, 'data')]);
});
