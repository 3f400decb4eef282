import { HostkeepError } from '#contract';

function corrupt(fact: string): HostkeepError {
  return new HostkeepError('format/compressed-corrupt', { format: 'XPRESS', fact });
}

interface Stream {
  readonly input: Uint8Array;
  at: number;
  /** Where the byte lies whose high half is the next long length; undefined where a new byte begins. */
  half: number | undefined;
}

/** Plain XPRESS ([MS-XCA] 2.4, LZ77 without Huffman codes). Fills `output` exactly. @throws HostkeepError format/compressed-corrupt */
export function decodeXpress(input: Uint8Array, output: Uint8Array): void {
  const stream: Stream = { input, at: 0, half: undefined };
  let flags = 0;
  let left = 0;
  for (let out = 0; out < output.length;) {
    if (left === 0) [flags, left] = [littleEndian(stream, 4), 32];
    left -= 1;
    if (((flags >>> left) & 1) === 0) {
      output[out++] = littleEndian(stream, 1);
      continue;
    }
    const token = littleEndian(stream, 2);
    const distance = (token >>> 3) + 1;
    const length = ((token & 7) === 7 ? longLength(stream) : token & 7) + 3;
    if (distance > out || length > output.length - out) throw corrupt('a match outside the data');
    // Byte by byte, since a match may repeat what it is just writing.
    for (const stop = out + length; out < stop; out += 1) output[out] = output[out - distance]!;
  }
}

/** A length that did not fit into three bits: half a byte more, then a byte, then two, then four. */
function longLength(stream: Stream): number {
  const half = nextHalf(stream);
  if (half < 15) return half + 7;
  const byte = littleEndian(stream, 1);
  if (byte < 255) return byte + 15 + 7;
  const long = littleEndian(stream, 2) || littleEndian(stream, 4);
  if (long < 15 + 7) throw corrupt('a match length that is too short');
  return long;
}

function nextHalf(stream: Stream): number {
  const { half } = stream;
  if (half !== undefined) {
    stream.half = undefined;
    return stream.input[half]! >>> 4;
  }
  stream.half = stream.at;
  return littleEndian(stream, 1) & 15;
}

function littleEndian(stream: Stream, bytes: 1 | 2 | 4): number {
  if (stream.at + bytes > stream.input.length) throw corrupt('the data is cut off');
  let value = 0;
  for (let index = bytes - 1; index >= 0; index -= 1) value = value * 256 + stream.input[stream.at + index]!;
  stream.at += bytes;
  return value;
}
