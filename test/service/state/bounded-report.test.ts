import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundedReport } from '../../../main/service/state/bounded-report.ts';

test('a report of a million lines is kept by its beginning, and says how many there were', () => {
  const lines = (count: number): readonly { path: string }[] => Array.from({ length: count }, (_, at) => ({ path: String(at) }));
  const given = { report: { files: 3, skipped: lines(5000), renamed: lines(10), restored: { skipped: lines(2001) } } };
  const { report } = boundedReport(given) as typeof given & { report: { cut: unknown; restored: { cut: unknown } } };
  assert.deepEqual([report.files, report.skipped.length, report.renamed.length], [3, 2000, 10]);
  assert.deepEqual(report.cut, { skipped: 3000 });
  assert.deepEqual([report.restored.skipped.length, report.restored.cut], [2000, { skipped: 1 }]);
});

test('a report whose lists are short is kept as it is', () => {
  const given = { report: { files: 3, skipped: [], code: null } };
  assert.deepEqual(boundedReport(given), given);
  assert.equal(boundedReport(null), null);
});
