/**
 * Does the work of all items, so many at a time, oldest first; results are in the order of the items. `limit` is asked again before
 * every start, so that a limit may tighten while the work goes on. When one throws, no further item is begun, and it throws once
 * those that go on have ended.
 */
export async function atMost<Item, Result>(
  limit: () => number,
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const failures: unknown[] = [];
  const going = new Set<Promise<void>>();
  for (const [at, item] of items.entries()) {
    while (going.size >= Math.max(1, limit())) await Promise.race(going);
    if (failures.length > 0) break;
    const work = act(item).then(
      (result) => void (results[at] = result),
      (error: unknown) => void failures.push(error),
    );
    const ended = work.then(() => void going.delete(ended));
    going.add(ended);
  }
  await Promise.all(going);
  if (failures.length > 0) throw failures[0];
  return results;
}
