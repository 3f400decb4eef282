import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ByteRange } from '#contract';
import { bufferSource, coalesce, overlaid, readBytes, sliced } from '#engine/blocks';
import { rangesWithin } from '../../../main/engine/backup/pipeline/task.ts';
import { anyBytes, forSeeds } from '../../fixtures/properties.ts';
import type { Numbers } from '../../fuzz/mutate.ts';

const space = 500;

function anyRanges(next: Numbers): readonly ByteRange[] {
  return Array.from({ length: next(20) }, () => {
    const offset = next(space);
    return { offset, length: next(Math.min(60, space - offset + 1)) };
  });
}

/** Which bytes ranges cover. */
function covered(ranges: readonly ByteRange[]): readonly boolean[] {
  const bytes = Array.from({ length: space }, () => false);
  for (const { offset, length } of ranges) bytes.fill(true, offset, offset + length);
  return bytes;
}

test('ranges joined without a gap cover the same bytes, sorted and apart', () =>
  forSeeds(300, (next) => {
    const ranges = anyRanges(next);
    const joined = coalesce(ranges);
    assert.deepEqual(covered(joined), covered(ranges));
    for (const [at, range] of joined.entries()) {
      assert.ok(range.length > 0);
      if (at > 0) assert.ok(range.offset > joined[at - 1]!.offset + joined[at - 1]!.length, 'neighbours are one');
    }
    assert.deepEqual(coalesce(joined), joined, 'joining again changes nothing');
  }));

test('ranges joined over a gap cover at least the same bytes, and no gap that small is left', () =>
  forSeeds(300, (next) => {
    const gap = next(40);
    const ranges = anyRanges(next);
    const joined = coalesce(ranges, gap);
    const after = covered(joined);
    covered(ranges).forEach((is, byte) => assert.ok(!is || after[byte]));
    for (let at = 1; at < joined.length; at += 1)
      assert.ok(joined[at]!.offset - (joined[at - 1]!.offset + joined[at - 1]!.length) > gap);
  }));

test('the ranges that touch a stretch are found as by looking at each', () =>
  forSeeds(300, (next) => {
    const ranges = coalesce(anyRanges(next));
    const offset = next(space);
    const length = 1 + next(80);
    const wanted = ranges.filter((range) => range.offset < offset + length && range.offset + range.length > offset);
    assert.deepEqual(rangesWithin(ranges, offset, length), wanted);
  }));

test('slices and overlays of a disk read as their model', () =>
  forSeeds(100, async (next) => {
    const model = anyBytes(next, 4096);
    const changes = coalesce(Array.from({ length: next(6) }, () => ({ offset: next(4000), length: 1 + next(90) }))).map(
      ({ offset, length }) => ({ offset, bytes: anyBytes(next, length) }),
    );
    const disk = overlaid(bufferSource(Buffer.from(model)), changes);
    for (const { offset, bytes } of changes) bytes.copy(model, offset);
    const from = next(4000);
    const part = sliced(disk, from, 1 + next(4096 - from));
    const at = next(part.sizeBytes);
    const length = next(part.sizeBytes - at + 1);
    assert.ok((await readBytes(part, at, length)).equals(model.subarray(from + at, from + at + length)));
    const extents = await part.extents(at, length);
    assert.equal(
      extents.reduce((sum, extent) => sum + extent.length, 0),
      length,
    );
    await assert.rejects(readBytes(part, part.sizeBytes, 1), { code: 'format/out-of-bounds' });
  }));
