import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlannedLife } from '#contract';
import { livesAt, livesPaths, tellingRule } from '../../renderer/pages/jobs/lives-at.ts';

const points: readonly PlannedLife[] = [
  {
    at: 10,
    spans: [
      { rules: ['latest', 'daily', 'monthly'], until: 20 },
      { rules: ['monthly'], until: null },
    ],
  },
  { at: 20, spans: [{ rules: ['latest', 'daily'], until: 30 }] },
];

test('at a moment those points live that were made and are not dropped, newest first, with what keeps them then', () => {
  assert.deepEqual(livesAt(points, 5), []);
  assert.deepEqual(livesAt(points, 10), [{ at: 10, rules: ['latest', 'daily', 'monthly'] }]);
  assert.deepEqual(livesAt(points, 25), [
    { at: 20, rules: ['latest', 'daily'] },
    { at: 10, rules: ['monthly'] },
  ]);
  assert.deepEqual(
    livesAt(points, 30).map(({ at }) => at),
    [10],
    'gone at the moment of its drop',
  );
});

test('each point is a row of the chart from its making to its end, under the rule that lasts longest', () => {
  assert.equal(tellingRule(['latest', 'daily', 'monthly']), 'monthly');
  assert.equal(tellingRule(['latest', 'floor']), 'latest');
  assert.equal(tellingRule([]), 'goes');
  assert.deepEqual(livesPaths(points, { from: 0, to: 100 }), [
    ['daily', 'M200 1.5H300'],
    ['monthly', 'M100 0.5H200M200 0.5H1000'],
  ]);
});

test('a point that was there before is drawn from the beginning on', () => {
  const before: PlannedLife = { at: -50, spans: [{ rules: [], until: 10 }] };
  assert.deepEqual(livesPaths([before], { from: 0, to: 100 }), [['goes', 'M0 0.5H100']]);
  assert.deepEqual(livesAt([before], 0), [{ at: -50, rules: [] }]);
});
