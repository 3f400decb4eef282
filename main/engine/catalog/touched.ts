import type { ByteRange } from '#contract';

/** Whether a byte lies in one of the ranges, which are sorted and apart. */
export function isTouched(ranges: readonly ByteRange[], offset: number): boolean {
  return overlapBytes(ranges, { offset, length: 1 }) > 0;
}

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

function firstEndingAfter(ranges: readonly ByteRange[], offset: number): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranges[middle]!.offset + ranges[middle]!.length <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
