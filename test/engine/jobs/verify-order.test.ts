import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EvidenceSummary } from '#contract';
import { newestOfEach, verifyOrder } from '#engine/jobs';
import { forSeeds } from '../../fixtures/properties.ts';

interface Point {
  readonly name: string;
  readonly vmKey: string;
  readonly time: number;
  readonly evidence: EvidenceSummary | null;
}

const seen = (at: number): EvidenceSummary => ({ at, depth: 'sample', grade: 'passed' });

test('the newest of each VM that nobody has verified comes first, then what nobody has, then the longest ago', () => {
  const points: readonly Point[] = [
    { name: 'old of A', vmKey: 'a', time: 1, evidence: null },
    { name: 'verified lately', vmKey: 'a', time: 2, evidence: seen(90) },
    { name: 'newest of A', vmKey: 'a', time: 3, evidence: null },
    { name: 'verified long ago', vmKey: 'b', time: 4, evidence: seen(50) },
    { name: 'before the newest of B', vmKey: 'b', time: 5, evidence: null },
    { name: 'newest of B', vmKey: 'b', time: 6, evidence: seen(70) },
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
      evidence: next(2) === 0 ? null : seen(next(1000)),
    }));
    const atOnce = 1 + next(4);
    const left = new Set(points.map(({ name }) => name));
    for (let turn = 0; turn < Math.ceil(points.length / atOnce); turn += 1) {
      const now = new Set(verifyOrder(points).slice(0, atOnce));
      for (const { name } of now) left.delete(name);
      points = points.map((point) => (now.has(point) ? { ...point, evidence: seen(2000 + turn) } : point));
    }
    assert.equal(left.size, 0);
  });
});
