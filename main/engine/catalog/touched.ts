import type { ByteRange } from '#contract';
import { firstEndingAfter } from '#engine/bytes';

/** How many bytes of `range` lie in the ranges. */
export function overlapBytes(ranges: readonly ByteRange[], range: ByteRange): number {
  const end = range.offset + range.length;
  let total = 0;
  for (let at = firstEndingAfter(ranges, range.offset); at < ranges.length && ranges[at]!.offset < end; at += 1) {
    const { offset, length } = ranges[at]!;
    total += Math.min(end, offset + length) - Math.max(range.offset, offset);
  }
  return total;
}
