import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { zipTarget } from '../../../../main/engine/recovery/files/zip-target.ts';

test('a path that no zip can hold is refused as that, and what is not as deep goes in', async () => {
  const target = zipTarget(async () => undefined);
  let parent = '';
  for (let level = 0; level < 271; level += 1) parent = await target.folder(parent, 'x'.repeat(240));
  await assert.rejects(target.folder(parent, 'y'.repeat(240)), (error) => hasCode(error, 'recovery/path-too-long'));
  assert.equal(await target.folder('', 'y'), 'y');
});
