import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFuzz } from '../../fuzz/run-fuzz.ts';

test('500 hostile images give coded errors and nothing else', async () => {
  const report = await runFuzz({ first: 0, count: 500, seed: 2026 });
  assert.deepEqual(report.bad, []);
  assert.equal(report.cases, 500);
});
