import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastMonths } from '../../renderer/pages/reports/last-months.ts';

test('months go back over the year, also from the last day of a long month', () => {
  assert.deepEqual(lastMonths(new Date(2026, 2, 31, 23, 59), 5), ['2026-03', '2026-02', '2026-01', '2025-12', '2025-11']);
});
