/** Hands out the places in the data file. A slot that became free is used again only once nothing durable speaks of it. */
export interface Slots {
  readonly used: () => number;
  /** Up to `wanted` neighbouring slots; undefined when the limit is reached. */
  take(wanted: number): { readonly slot: number; readonly count: number } | undefined;
  /** Free once the discard that freed them is durable: `settle` says so. */
  release(slot: number, count: number): void;
  /** What must be durable before it can be settled. */
  releasedSoFar(): number;
  settle(upTo: number): void;
  /** At opening: these are in use. */
  occupy(slot: number, count: number): void;
  /** At opening, after all were occupied: the gaps are free. */
  findGaps(): void;
}

interface Run {
  slot: number;
  count: number;
}

export function slots(limit: number): Slots {
  let next = 0;
  let used = 0;
  const free: Run[] = [];
  const pending: Run[] = [];
  /** Ordinal of the first pending run. */
  let settled = 0;
  let occupied: Run[] = [];

  const give = (run: Run): void => {
    const last = free.at(-1);
    if (last !== undefined && last.slot + last.count === run.slot) last.count += run.count;
    else free.push(run);
  };
  return {
    used: () => used,
    take(wanted) {
      const room = Math.min(wanted, limit - used);
      if (room <= 0) return undefined;
      const reused = free.at(-1);
      if (reused !== undefined) {
        const count = Math.min(room, reused.count);
        const slot = reused.slot;
        reused.slot += count;
        reused.count -= count;
        if (reused.count === 0) free.pop();
        used += count;
        return { slot, count };
      }
      const slot = next;
      // Slots that wait to be settled are not used and not free: the file may pass its limit by those for a moment.
      next += room;
      used += room;
      return { slot, count: room };
    },
    release(slot, count) {
      used -= count;
      pending.push({ slot, count });
    },
    releasedSoFar: () => settled + pending.length,
    settle(upTo) {
      for (const run of pending.splice(0, Math.max(0, upTo - settled))) give(run);
      settled = Math.max(settled, upTo);
    },
    occupy(slot, count) {
      occupied.push({ slot, count });
      used += count;
    },
    findGaps() {
      for (const { slot, count } of occupied.toSorted((a, b) => a.slot - b.slot)) {
        if (slot > next) free.push({ slot: next, count: slot - next });
        next = Math.max(next, slot + count);
      }
      occupied = [];
    },
  };
}
