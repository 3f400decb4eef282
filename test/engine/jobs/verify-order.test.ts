import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newestOfEach, verifyOrder } from '#engine/jobs';
import { forSeeds } from '../../fixtures/properties.ts';

interface Point {
  readonly name: string;
  readonly vmKey: string;
  readonly time: number;
  readonly verifiedAt: number | null;
  readonly triedAt: number | null;
}

test('the newest of each VM that nobody has verified comes first, then what nobody has, then the longest ago', () => {
  const points: readonly Point[] = [
    { name: 'old of A', vmKey: 'a', time: 1, verifiedAt: null, triedAt: null },
    { name: 'verified lately', vmKey: 'a', time: 2, verifiedAt: 90, triedAt: null },
    { name: 'newest of A', vmKey: 'a', time: 3, verifiedAt: null, triedAt: null },
    { name: 'verified long ago', vmKey: 'b', time: 4, verifiedAt: 50, triedAt: null },
    { name: 'before the newest of B', vmKey: 'b', time: 5, verifiedAt: null, triedAt: null },
    { name: 'newest of B', vmKey: 'b', time: 6, verifiedAt: 70, triedAt: null },
  ];
  assert.deepEqual(
    verifyOrder(points).map(({ name }) => name),
    ['newest of A', 'before the newest of B', 'old of A', 'verified long ago', 'newest of B', 'verified lately'],
  );
  assert.deepEqual(
    newestOfEach(points).map(({ name }) => name),
    ['newest of A', 'newest of B'],
  );
});

test('every point has its turn, however many are taken at a time', async () => {
  await forSeeds(50, (next) => {
    let points: readonly Point[] = Array.from({ length: 1 + next(20) }, (_, index) => ({
      name: String(index),
      vmKey: String(next(4)),
      time: next(1000),
      verifiedAt: next(2) === 0 ? null : next(1000),
      triedAt: next(4) === 0 ? next(1000) : null,
    }));
    const atOnce = 1 + next(4);
    const left = new Set(points.map(({ name }) => name));
    for (let turn = 0; turn < Math.ceil(points.length / atOnce); turn += 1) {
      const now = new Set(verifyOrder(points).slice(0, atOnce));
      for (const { name } of now) left.delete(name);
      points = points.map((point) =>
        now.has(point) ? { ...point, [next(2) === 0 ? 'verifiedAt' : 'triedAt']: 2000 + turn } : point,
      );
    }
    assert.equal(left.size, 0);
  });
});
