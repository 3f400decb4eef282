import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resumeFrom, syncBytes, syncMarks } from '../../../main/engine/recovery/files/resumable.ts';
import { forSeeds } from '../../fixtures/properties.ts';

test('whatever of a file with holes was not put on the disk yet is written again when it is gone on with', async () => {
  await forSeeds(50, (next) => {
    const started = resumeFrom(next(2 ** 31));
    const marks = syncMarks(started);
    /** What begins here and later may be lost with the power, while the length of the file is not. */
    let unsure = Number.POSITIVE_INFINITY;
    let offset = started;
    for (let piece = 0; piece < 300; piece += 1) {
      if (next(10) === 0) offset += next(2 ** 31);
      const end = offset + 1 + next(1024 * 1024);
      if (marks.before(offset, end)) unsure = Number.POSITIVE_INFINITY;
      unsure = Math.min(unsure, offset);
      assert.ok(resumeFrom(end) <= unsure, `from ${resumeFrom(end)}, unsure from ${unsure}`);
      offset = end;
    }
  });
});

test('a file is put on the disk every so many bytes, not with each piece', () => {
  const marks = syncMarks(0);
  const piece = 1024 * 1024;
  let syncs = 0;
  for (let offset = 0; offset < 10 * syncBytes; offset += piece) if (marks.before(offset, offset + piece)) syncs += 1;
  assert.equal(syncs, 9);
});
