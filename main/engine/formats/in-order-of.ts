/**
 * Looks every entry up in the order in which their records lie, whatever the order of the names, and gives the results in the order of
 * the entries: a folder may be sorted by the hash of its names, and looking about in a table of records costs a read for each.
 */
export async function inOrderOf<Entry, Result>(
  entries: readonly Entry[],
  place: (entry: Entry) => number,
  look: (entry: Entry) => Promise<Result> | Result,
): Promise<readonly Result[]> {
  const results = Array.from<Result>({ length: entries.length });
  for (const at of orderOf(entries.map(place))) {
    const found = look(entries[at]!);
    // Waiting for what is there already costs more than finding it.
    results[at] = found instanceof Promise ? await found : found;
  }
  return results;
}

/** Which comes first, which second: place and number in one number, as long as that is exact, which sorts ten times as fast. */
function orderOf(places: readonly number[]): Iterable<number> {
  const count = places.length;
  const isExact = places.every((place) => place >= 0 && place < Number.MAX_SAFE_INTEGER / count - 1);
  if (!isExact) return places.map((_, at) => at).toSorted((a, b) => places[a]! - places[b]!);
  return Float64Array.from(places, (place, at) => place * count + at)
    .sort()
    .map((key) => key % count);
}
