import { corrupt } from './damage.ts';

const chunkBytes = 4096;

/**
 * LZNT1 ([MS-XCA] 2.5): chunks of 4 KiB, each with a two-byte header, plain or as tokens in groups of eight. `output` is filled;
 * what the chunks do not reach is zero. @throws format/ntfs-corrupt
 */
export function decodeLznt1(input: Uint8Array, output: Uint8Array): void {
  let [at, out] = [0, 0];
  while (at + 2 <= input.length && out < output.length) {
    const header = input[at]! | (input[at + 1]! << 8);
    if (header === 0) break;
    const end = at + 3 + (header & 0xfff);
    if (end > input.length || ((header >>> 12) & 7) !== 3) throw corrupt('LZNT1 chunk', { at });
    const limit = Math.min(output.length, out + chunkBytes);
    const chunk = { input, at: at + 2, end };
    const done = (header & 0x8000) === 0 ? copyChunk(chunk, output, out, limit) : decodeChunk(chunk, output, out, limit);
    output.fill(0, done, limit);
    [at, out] = [end, limit];
  }
  output.fill(0, out);
}

interface Chunk {
  readonly input: Uint8Array;
  readonly at: number;
  readonly end: number;
}

function copyChunk(chunk: Chunk, output: Uint8Array, out: number, limit: number): number {
  const length = chunk.end - chunk.at;
  if (length > limit - out) throw corrupt('LZNT1 chunk', { length });
  output.set(chunk.input.subarray(chunk.at, chunk.end), out);
  return out + length;
}

/** A token's two bytes share length and distance: the further into the chunk, the more bits the distance has. */
function decodeChunk(chunk: Chunk, output: Uint8Array, start: number, limit: number): number {
  const { input, end } = chunk;
  let at = chunk.at;
  let out = start;
  let lengthBits = 12;
  while (at < end) {
    let flags = input[at++]!;
    for (let bit = 0; bit < 8 && at < end; bit += 1, flags >>>= 1) {
      if ((flags & 1) === 0) {
        if (out >= limit) throw corrupt('LZNT1 chunk', { output: out });
        output[out++] = input[at++]!;
        continue;
      }
      if (at + 2 > end) throw corrupt('LZNT1 token', { at });
      const token = input[at]! | (input[at + 1]! << 8);
      at += 2;
      while (lengthBits > 4 && out - start > 1 << (16 - lengthBits)) lengthBits -= 1;
      const distance = (token >>> lengthBits) + 1;
      const length = (token & ((1 << lengthBits) - 1)) + 3;
      if (distance > out - start || length > limit - out) throw corrupt('LZNT1 token', { distance, length });
      // Byte by byte, since a match may repeat what it is just writing.
      for (const stop = out + length; out < stop; out += 1) output[out] = output[out - distance]!;
    }
  }
  return out;
}
