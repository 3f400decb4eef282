import { setImmediate } from 'node:timers/promises';

/** Items that are looked at before others have their turn. */
const itemsATurn = 10_000;

/** The first of many in their order: a million are not sorted to show some, and nobody waits meanwhile. */
export async function firstOf<Item>(
  items: readonly Item[],
  count: number,
  compare: (a: Item, b: Item) => number,
): Promise<readonly Item[]> {
  let first: Item[] = [];
  let waiting: Item[] = [];
  const settle = (): void => {
    first = [...first, ...waiting].sort(compare).slice(0, count);
    waiting = [];
  };
  for (const [at, item] of items.entries()) {
    if (at % itemsATurn === itemsATurn - 1) await setImmediate();
    if (first.length < count || compare(item, first.at(-1)!) < 0) waiting.push(item);
    if (waiting.length === count) settle();
  }
  settle();
  return first;
}
