import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostkeepError, type ErrorCode } from '#contract';
import { formatErrors } from '../../../main/contract/errors/format.ts';
import { verdictOf } from '../../../main/engine/verify/findings.ts';

test('what a format has that we cannot read is no damage of the restore point', () => {
  const unsupported = (Object.keys(formatErrors) as ErrorCode[]).filter((code) => /^format\/(?!vhd).*-unsupported$/.test(code));
  assert.ok(unsupported.includes('format/btrfs-unsupported') && unsupported.length > 4);
  for (const code of unsupported) assert.equal(verdictOf(new HostkeepError(code)), 'not-checked', code);
});
