import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runs } from '../../fixtures/properties.ts';
import { runFuzz } from '../../fuzz/run-fuzz.ts';
import { otherSeeds } from '../../fuzz/seed-subjects.ts';
import { objectSubjects } from '../../fuzz/object-subjects.ts';

/** NTFS, ext and the others. */
const fileSystems = 2 + otherSeeds.length;
/** VHDX, GPT, the log of XFS, and the kinds of objects. */
const others = 3 + objectSubjects().length;

test('1,000 hostile images of each file system give coded errors and nothing else', async () => {
  const report = await runFuzz({ first: 0, count: fileSystems * 1000, seed: 2026, groups: 'file systems' });
  assert.deepEqual(report.bad, []);
  assert.equal(report.cases, fileSystems * 1000);
});

test('hostile images of every other format give coded errors and nothing else', async () => {
  // All 1,000 and more in the nightly form.
  const each = runs(250);
  const report = await runFuzz({ first: 0, count: others * each, seed: 2026, groups: 'other formats' });
  assert.deepEqual(report.bad, []);
  assert.equal(report.cases, others * each);
});
