import type { BlockSource } from './block-source.ts';

interface Pace {
  readonly bytesPerSecond: number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** The source read no faster than a rate, on average, so that a host keeps breathing. */
export function throttled(source: BlockSource, pace: Pace): BlockSource {
  let freeAt = pace.now();
  return {
    ...source,
    async read(offset, target) {
      const start = Math.max(freeAt, pace.now());
      freeAt = start + (target.byteLength / pace.bytesPerSecond) * 1000;
      const wait = start - pace.now();
      if (wait > 0) await pace.sleep(wait);
      await source.read(offset, target);
    },
    extents: (offset, length) => source.extents(offset, length),
    close: () => source.close(),
  };
}
