import type { ByteRange } from '#contract';

/** What of `ranges` is not in `without`. Both sorted and without overlaps. */
export function subtract(ranges: readonly ByteRange[], without: readonly ByteRange[]): readonly ByteRange[] {
  const left: ByteRange[] = [];
  let next = 0;
  for (const { offset, length } of ranges) {
    const end = offset + length;
    let at = offset;
    while (next < without.length && without[next]!.offset + without[next]!.length <= offset) next += 1;
    for (let index = next; index < without.length && without[index]!.offset < end; index += 1) {
      const hole = without[index]!;
      if (hole.offset > at) left.push({ offset: at, length: hole.offset - at });
      at = Math.max(at, hole.offset + hole.length);
    }
    if (at < end) left.push({ offset: at, length: end - at });
  }
  return left;
}

/** The whole units of `unitBytes` that lie within the ranges; what is covered in part only is left out. */
export function wholeUnits(ranges: readonly ByteRange[], unitBytes: number): readonly ByteRange[] {
  return ranges.flatMap((range) => {
    const offset = Math.ceil(range.offset / unitBytes) * unitBytes;
    const length = Math.floor((range.offset + range.length) / unitBytes) * unitBytes - offset;
    return length > 0 ? [{ offset, length }] : [];
  });
}

export function totalLength(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, range) => sum + range.length, 0);
}
