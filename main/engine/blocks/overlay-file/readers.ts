/** Reads that are under way, so that nothing they look at is used for something else before they end. */
export interface Readers {
  /** Runs a read; `counts` when it looks at what could be given to others. */
  during(counts: boolean, read: () => Promise<void>): Promise<void>;
  /** Acts once all reads that are under way now have ended; at once when there are none. */
  afterThese(act: () => void): void;
}

export function readersOf(): Readers {
  const running = new Set<Promise<unknown>>();
  return {
    async during(counts, read) {
      const reading = read();
      if (!counts) return reading;
      running.add(reading);
      try {
        await reading;
      } finally {
        running.delete(reading);
      }
      return undefined;
    },
    afterThese(act) {
      if (running.size === 0) act();
      else void Promise.allSettled(running).then(act);
    },
  };
}
