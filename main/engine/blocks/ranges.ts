import type { ByteRange } from '#contract';

/** Sorted ranges without overlaps; ranges closer than `gap` bytes become one. Empty ones vanish. */
export function coalesce(ranges: readonly ByteRange[], gap = 0): readonly ByteRange[] {
  const sorted = ranges.filter((range) => range.length > 0).toSorted((a, b) => a.offset - b.offset);
  const merged: { offset: number; length: number }[] = [];
  for (const { offset, length } of sorted) {
    const last = merged.at(-1);
    if (last === undefined || offset > last.offset + last.length + gap) merged.push({ offset, length });
    else last.length = Math.max(last.length, offset + length - last.offset);
  }
  return merged;
}
