/**
 * Looks every entry up in the order in which their records lie, whatever the order of the names, and gives the results in the order of
 * the entries: a folder may be sorted by the hash of its names, and looking about in a table of records costs a read for each.
 */
export async function inOrderOf<Entry, Result>(
  entries: readonly Entry[],
  place: (entry: Entry) => number,
  look: (entry: Entry) => Promise<Result> | Result,
): Promise<readonly Result[]> {
  const order = entries.map((_, at) => at).toSorted((a, b) => place(entries[a]!) - place(entries[b]!));
  const results = Array.from<Result>({ length: entries.length });
  for (const at of order) {
    const found = look(entries[at]!);
    // Waiting for what is there already costs more than finding it.
    results[at] = found instanceof Promise ? await found : found;
  }
  return results;
}
