/** Runs acts on ranges of a disk so that two that overlap never run at once; those that came first go first. */
export type RangeLock = <Result>(offset: number, length: number, act: () => Promise<Result>) => Promise<Result>;

interface Held {
  readonly start: number;
  readonly end: number;
  readonly done: Promise<void>;
}

export function rangeLock(): RangeLock {
  const held = new Set<Held>();
  return async (offset, length, act) => {
    const before = [...held].filter((other) => other.start < offset + length && offset < other.end).map((other) => other.done);
    let release = (): void => undefined;
    const mine: Held = {
      start: offset,
      end: offset + length,
      done: new Promise((resolve) => {
        release = resolve;
      }),
    };
    held.add(mine);
    try {
      if (before.length > 0) await Promise.all(before);
      return await act();
    } finally {
      held.delete(mine);
      release();
    }
  };
}
