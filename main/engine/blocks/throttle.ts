import type { BlockSource } from './block-source.ts';

/** Who says when a read may begin, and hears how long it took. Several sources share one, so that together they keep its limits. */
export interface ReadPace {
  /** The most bytes to read at once; asked before every read. */
  pieceBytes(): number;
  /** Resolves when a read of so many bytes may begin, to the moment at which it does, in microseconds. */
  turn(bytes: number): Promise<number>;
  /** Told of a read that `turn` let begin. */
  took(bytes: number, since: number): void;
}

/** The source read at a pace, so that a host keeps breathing; and what its reads cost, counted. */
export function throttled<Source extends BlockSource>(source: Source, pace: ReadPace): Source {
  return {
    ...source,
    async read(offset, target) {
      for (let at = 0; at < target.byteLength;) {
        const length = Math.min(Math.max(1, pace.pieceBytes()), target.byteLength - at);
        const since = await pace.turn(length);
        await source.read(offset + at, target.subarray(at, at + length));
        pace.took(length, since);
        at += length;
      }
    },
  };
}
