import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killBench, killedDiscard, killedFinalise, killedStart, pointDigest } from './recover-kills.ts';

test('a start, a finalise and a discard that are killed at some of their steps leave nothing that belongs to nobody', async (context) => {
  const of = await killBench(context);
  const before = await pointDigest(of, 'before');
  // Served and not yet logged in; attached; while the local disk is written; while disks are switched; under way.
  for (const step of [5, 9]) assert.ok(await killedStart(of, step), `start, step ${step}`);
  for (const step of [3, 6]) assert.ok(await killedFinalise(of, step), `finalise, step ${step}`);
  assert.ok(await killedDiscard(of, 1));
  assert.equal(await pointDigest(of, 'after'), before, 'the restore point never changes');
});
