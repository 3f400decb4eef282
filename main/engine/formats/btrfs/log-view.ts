import type { Change, Changes } from './changes.ts';
import { corrupt, orderOfKeys, type Key } from './layout.ts';
import type { Trees } from './tree.ts';
import type { Item, TreeRoot } from './tree-block.ts';

/** Items of one kind of one object, from one offset to another; -1 is the last of all. */
export interface Stretch {
  readonly objectid: number;
  readonly type: number;
  readonly first?: number;
  readonly last?: number;
}

/** A subvolume as it was written, and what is changed of it in memory. */
export interface View {
  find(key: Key): Promise<Buffer | undefined>;
  items(stretch: Stretch): Promise<readonly Item[]>;
  put(key: Key, bytes: Buffer): void;
  remove(key: Key): void;
  changes(): Changes;
}

/** Whoever made a volume up could have every name of a folder ask for all of its names. */
const mostVisits = 20_000_000;

/** @throws HostkeepError format/btrfs-corrupt where more is asked than any log needs */
export function viewOf(trees: Trees, root: TreeRoot): View {
  const changed = new Map<number, Map<string, Change>>();
  let visits = 0;
  const spend = (count: number): void => {
    visits += count;
    if (visits > mostVisits) throw corrupt('log', { visits });
  };
  const put = (key: Key, bytes: Buffer | null): void => {
    const ofObject = changed.get(key.objectid) ?? new Map<string, Change>();
    changed.set(key.objectid, ofObject);
    ofObject.set(nameOf(key), { key, bytes });
  };
  return {
    async find(key) {
      spend(1);
      const change = changed.get(key.objectid)?.get(nameOf(key));
      return change === undefined ? (await trees.find(root, key))?.bytes : (change.bytes ?? undefined);
    },
    async items({ objectid, type, first = 0, last = -1 }) {
      const range = { first: { objectid, type, offset: first }, last: { objectid, type, offset: last } };
      const changes = changed.get(objectid) ?? new Map<string, Change>();
      spend(1 + changes.size);
      const found: Item[] = [];
      for await (const batch of trees.between(root, range)) {
        spend(batch.length);
        for (const item of batch) if (!changes.has(nameOf(item.key))) found.push(item);
      }
      for (const { key, bytes } of changes.values())
        if (bytes !== null && orderOfKeys(range.first, key) <= 0 && orderOfKeys(key, range.last) <= 0) found.push({ key, bytes });
      return found.toSorted((a, b) => orderOfKeys(a.key, b.key));
    },
    put,
    remove: (key) => put(key, null),
    changes: () =>
      [...changed.values()].flatMap((ofObject) => [...ofObject.values()]).toSorted((a, b) => orderOfKeys(a.key, b.key)),
  };
}

function nameOf({ type, offset }: Key): string {
  return `${type}/${offset}`;
}
