interface Range {
  readonly offset: number;
  readonly length: number;
}

/** Of ranges that are sorted and apart, the place of the first that ends behind an offset; their number where none does. */
export function firstEndingAfter(ranges: readonly Range[], offset: number): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranges[middle]!.offset + ranges[middle]!.length <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
