/** What costs to open, and is kept open for whoever comes next: closed when nobody has used it for a while, never while somebody does. */
export interface KeptOpen<Value> {
  /** What could not be opened is tried anew by the next. */
  use<Result>(key: string, open: () => Promise<Value>, act: (value: Value) => Promise<Result>): Promise<Result>;
  /** Closes those, and what is in use once its last user has ended. */
  forget(isWanted: (key: string) => boolean): Promise<void>;
  /** Closes what nobody has used for a while; done by itself all the time. */
  sweep(): Promise<void>;
  /** Ends everything. */
  close(): Promise<void>;
}

export interface KeepingOptions<Value> {
  readonly keptMs: number;
  /** More than these are closed, the longest unused first. */
  readonly keptCount?: number;
  readonly now: () => number;
  close(value: Value): Promise<void>;
}

interface Entry<Value> {
  readonly opened: Promise<Value>;
  usedAt: number;
  users: number;
  isForgotten: boolean;
}

export function keptOpen<Value>({ keptMs, keptCount = Infinity, now, close }: KeepingOptions<Value>): KeptOpen<Value> {
  const entries = new Map<string, Entry<Value>>();
  // One that failed to open has nothing to close; whoever asked was told.
  const closed = (entry: Entry<Value>): Promise<void> => entry.opened.then(close, () => undefined);
  const drop = async (key: string, entry: Entry<Value>): Promise<void> => {
    if (entries.get(key) === entry) entries.delete(key);
    entry.isForgotten = true;
    if (entry.users === 0) await closed(entry);
  };
  const sweep = async (): Promise<void> => {
    const byUse = [...entries].toSorted(([, a], [, b]) => b.usedAt - a.usedAt);
    const old = byUse.filter(
      ([, entry], at) => entry.users === 0 && (at >= keptCount || Math.abs(now() - entry.usedAt) > keptMs),
    );
    await Promise.all(old.map(([key, entry]) => drop(key, entry)));
  };
  const timer = setInterval(() => void sweep(), keptMs).unref();
  const entryOf = (key: string, open: () => Promise<Value>): Entry<Value> => {
    const known = entries.get(key);
    if (known !== undefined) return known;
    const made = { opened: open(), usedAt: now(), users: 0, isForgotten: false };
    entries.set(key, made);
    made.opened.catch(() => drop(key, made));
    return made;
  };
  return {
    async use(key, open, act) {
      const entry = entryOf(key, open);
      entry.users += 1;
      try {
        return await act(await entry.opened);
      } finally {
        entry.users -= 1;
        entry.usedAt = now();
        if (entry.isForgotten && entry.users === 0) await closed(entry);
        await sweep();
      }
    },
    async forget(isWanted) {
      await Promise.all([...entries].filter(([key]) => isWanted(key)).map(([key, entry]) => drop(key, entry)));
    },
    sweep,
    async close() {
      clearInterval(timer);
      const all = [...entries.values()];
      entries.clear();
      await Promise.allSettled(all.map(closed));
    },
  };
}
