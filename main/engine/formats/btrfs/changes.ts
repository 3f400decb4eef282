import { orderOfKeys, type Key } from './layout.ts';
import type { Trees } from './tree.ts';
import type { Item, KeyRange, TreeRoot } from './tree-block.ts';

/** What takes the place of the item with its key, or of none; null takes that item away. */
export interface Change {
  readonly key: Key;
  readonly bytes: Buffer | null;
}

/** In the order of their keys, each key once. */
export type Changes = readonly Change[];

/** Trees with what was changed in memory since they were written: `upTo` is asked only of those that nothing changes. */
export function changedTrees(trees: Trees): Trees {
  return {
    ...trees,
    async find(root, key) {
      const change = changeAt(root.changes ?? [], key);
      if (change === undefined) return trees.find(root, key);
      return change.bytes === null ? undefined : { key, bytes: change.bytes };
    },
    between(root, range, onDamage) {
      const found = trees.between(root, range, onDamage);
      const changes = within(root, range);
      return changes.length === 0 ? found : merged(found, changes);
    },
  };
}

function changeAt(changes: Changes, key: Key): Change | undefined {
  const change = changes[firstFrom(changes, key)];
  return change !== undefined && orderOfKeys(change.key, key) === 0 ? change : undefined;
}

function within({ changes = [] }: TreeRoot, { first, last }: KeyRange): Changes {
  const from = firstFrom(changes, first);
  let to = from;
  while (to < changes.length && orderOfKeys(changes[to]!.key, last) <= 0) to += 1;
  return changes.slice(from, to);
}

function firstFrom(changes: Changes, key: Key): number {
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (orderOfKeys(changes[middle]!.key, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function* merged(batches: AsyncIterable<readonly Item[]>, changes: Changes): AsyncIterable<readonly Item[]> {
  let at = 0;
  for await (const batch of batches) {
    const items: Item[] = [];
    for (const item of batch) {
      for (; at < changes.length && orderOfKeys(changes[at]!.key, item.key) < 0; at += 1) add(items, changes[at]!);
      if (at < changes.length && orderOfKeys(changes[at]!.key, item.key) === 0) add(items, changes[at++]!);
      else items.push(item);
    }
    yield items;
  }
  const rest: Item[] = [];
  for (; at < changes.length; at += 1) add(rest, changes[at]!);
  yield rest;
}

function add(items: Item[], { key, bytes }: Change): void {
  if (bytes !== null) items.push({ key, bytes });
}
