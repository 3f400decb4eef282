import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFuzz } from '../../fuzz/run-fuzz.ts';
import { allSubjects } from '../../fuzz/subjects.ts';

const formats = (await allSubjects()).length;

test('1,000 hostile images a format give coded errors and nothing else', async () => {
  const report = await runFuzz({ first: 0, count: formats * 1000, seed: 2026 });
  assert.deepEqual(report.bad, []);
  assert.equal(report.cases, formats * 1000);
});
