import type { Readable } from 'node:stream';

const lineLimit = 64 * 1024 * 1024;

export interface JsonLineEvents {
  readonly onValue: (value: object) => void;
  /** A line that is not a JSON object: something printed past the protocol. */
  readonly onNoise: (text: string) => void;
  /** A line longer than anything that is meant: the sender is broken. */
  readonly onFlood: () => void;
}

/** Reads JSON objects from a stream, one per line; either line end, and a byte order mark is nothing. */
export function jsonLines(stream: Readable, events: JsonLineEvents): void {
  let pending: string[] = [];
  let length = 0;
  const take = (line: string): void => {
    const text = line.replace(/^\uFEFF/, '').trim();
    if (text === '') return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return events.onNoise(text.slice(0, 1000));
    }
    if (typeof value === 'object' && value !== null) events.onValue(value);
    else events.onNoise(text.slice(0, 1000));
  };
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const parts = chunk.split('\n');
    pending.push(parts[0]!);
    length += parts[0]!.length;
    for (const part of parts.slice(1)) {
      take(pending.join(''));
      pending = [part];
      length = part.length;
    }
    if (length <= lineLimit) return;
    pending = [];
    length = 0;
    events.onFlood();
  });
  stream.on('end', () => take(pending.join('')));
}
