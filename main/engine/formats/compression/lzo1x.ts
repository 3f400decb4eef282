import { HostkeepError } from '#contract';

function corrupt(fact: string): HostkeepError {
  return new HostkeepError('format/compressed-corrupt', { format: 'LZO1X', fact });
}

interface Stream {
  readonly input: Uint8Array;
  readonly output: Uint8Array;
  at: number;
  out: number;
}

/** What a match says: where its bytes were, how many they are, and how many plain bytes follow it (0 to 3). */
interface Match {
  readonly distance: number;
  readonly length: number;
  readonly plain: number;
}

/** After a run of plain bytes a short code means another match than after a match. */
const afterRun = 4;

/**
 * LZO1X ("LZO stream format as understood by Linux' LZO decompressor", Linux Documentation/staging/lzo.rst). Gives the number of
 * bytes written, at most those of `output`. @throws HostkeepError format/compressed-corrupt
 */
export function decodeLzo1x(input: Uint8Array, output: Uint8Array): number {
  const stream: Stream = { input, output, at: 0, out: 0 };
  let state = 0;
  if ((input[0] ?? 0) > 17) {
    const count = input[stream.at++]! - 17;
    copyPlain(stream, count);
    state = count < 4 ? count : afterRun;
  }
  for (;;) {
    const code = nextByte(stream);
    if (code < 16 && state === 0) {
      copyPlain(stream, 3 + longCount(stream, code, 15));
      state = afterRun;
      continue;
    }
    const match = code < 16 ? shortMatch(stream, code, state) : longMatch(stream, code);
    if (match === undefined) return stream.out;
    copyMatch(stream, match);
    copyPlain(stream, match.plain);
    state = match.plain;
  }
}

function nextByte(stream: Stream): number {
  const byte = stream.input[stream.at++];
  if (byte === undefined) throw corrupt('the data is cut off');
  return byte;
}

/** A count that did not fit into its bits: zeros for 255 each, then the rest. */
function longCount(stream: Stream, count: number, most: number): number {
  if (count > 0) return count;
  let total = most;
  for (let byte = nextByte(stream); ; byte = nextByte(stream)) {
    if (byte > 0) return total + byte;
    total += 255;
  }
}

function shortMatch(stream: Stream, code: number, state: number): Match {
  const low = (nextByte(stream) << 2) + (code >>> 2);
  const plain = code & 3;
  return state === afterRun ? { distance: low + 2049, length: 3, plain } : { distance: low + 1, length: 2, plain };
}

/** Undefined for the end of the stream. */
function longMatch(stream: Stream, code: number): Match | undefined {
  if (code >= 64) {
    const distance = (nextByte(stream) << 3) + ((code >>> 2) & 7) + 1;
    return { distance, length: code >= 128 ? 5 + ((code >>> 5) & 3) : 3 + ((code >>> 5) & 1), plain: code & 3 };
  }
  const isNear = code >= 32;
  const length = 2 + (isNear ? longCount(stream, code & 31, 31) : longCount(stream, code & 7, 7));
  const word = nextByte(stream) | (nextByte(stream) << 8);
  const plain = word & 3;
  if (isNear) return { distance: (word >>> 2) + 1, length, plain };
  const distance = 16_384 + ((code & 8) << 11) + (word >>> 2);
  return distance === 16_384 ? undefined : { distance, length, plain };
}

function copyPlain(stream: Stream, count: number): void {
  if (stream.at + count > stream.input.length) throw corrupt('the data is cut off');
  if (stream.out + count > stream.output.length) throw corrupt('more data than there is room for');
  stream.output.set(stream.input.subarray(stream.at, stream.at + count), stream.out);
  stream.at += count;
  stream.out += count;
}

function copyMatch(stream: Stream, { distance, length }: Match): void {
  const { output, out } = stream;
  if (distance > out || length > output.length - out) throw corrupt('a match outside the data');
  // Byte by byte, since a match may repeat what it is just writing.
  for (let at = out; at < out + length; at += 1) output[at] = output[at - distance]!;
  stream.out = out + length;
}
