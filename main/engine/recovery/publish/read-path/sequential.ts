/** Recognises reads that follow each other, several such streams side by side, and says what will be wanted next. */
export interface Sequential {
  /** A read of a range; gives the range to fetch ahead, or undefined. */
  note(offset: number, length: number): { readonly offset: number; readonly length: number } | undefined;
}

interface Stream {
  /** Where the next read of it is expected. */
  next: number;
  /** How often it went on. */
  hits: number;
  /** Up to where was fetched ahead. */
  reached: number;
}

const streamsKept = 8;
/** Reads of several commands in flight may come in another order, or leave out a little. */
const slackBytes = 512 * 1024;
const firstWindowBytes = 512 * 1024;
const hitsBefore = 2;

/** `limitBytes`: how far ahead at most. */
export function sequential(limitBytes: number): Sequential {
  let streams: readonly Stream[] = [];
  return {
    note(offset, length) {
      const end = offset + length;
      const found = streams.find(({ next }) => offset >= next - slackBytes && offset <= next + slackBytes && end > next);
      const stream = found ?? { next: end, hits: 0, reached: end };
      streams = [stream, ...streams.filter((other) => other !== stream)].slice(0, streamsKept);
      if (found === undefined) return undefined;
      stream.next = end;
      stream.hits += 1;
      if (stream.hits < hitsBefore) return undefined;
      const window = Math.min(limitBytes, firstWindowBytes * 2 ** Math.min(16, stream.hits - hitsBefore));
      const from = Math.max(stream.reached, end);
      // In strides of half a window, not a little with every read.
      if (from - end > window / 2) return undefined;
      stream.reached = end + window;
      return { offset: from, length: stream.reached - from };
    },
  };
}
