import { HostkeepError } from '#contract';
import { huffmanCode, nextSymbol } from './huffman.ts';
import { fillLate, overran, take, wordBits, type WordBits } from './word-bits.ts';

const symbolCount = 512;
const tableBytes = symbolCount / 2;

function corrupt(fact: string): HostkeepError {
  return new HostkeepError('format/compressed-corrupt', { format: 'XPRESS', fact });
}

/**
 * XPRESS with Huffman codes ([MS-XCA] 2.2.4), one block that gives at most 64 KiB. Fills `output` exactly.
 * @throws HostkeepError format/compressed-corrupt
 */
export function decodeXpressHuffman(input: Uint8Array, output: Uint8Array): void {
  if (input.length < tableBytes) throw corrupt('the code table is cut off');
  const lengths = new Uint8Array(symbolCount);
  for (let index = 0; index < tableBytes; index += 1) {
    lengths[index * 2] = input[index]! & 15;
    lengths[index * 2 + 1] = input[index]! >>> 4;
  }
  const code = huffmanCode(lengths, 15);
  if (code === undefined) throw corrupt('the code table is impossible');
  const bits = wordBits(input, tableBytes);
  for (let out = 0; out < output.length;) {
    fillLate(bits);
    const symbol = nextSymbol(code, bits);
    if (symbol < 0) throw corrupt('a code that does not exist');
    if (symbol < 256) {
      output[out++] = symbol;
      continue;
    }
    // The bytes of a long length stand where the next word would.
    fillLate(bits);
    const length = matchLength(bits, symbol & 15) + 3;
    const distanceBits = (symbol >>> 4) & 15;
    const distance = (1 << distanceBits) | take(bits, distanceBits);
    if (distance > out || length > output.length - out) throw corrupt('a match outside the data');
    for (const stop = out + length; out < stop; out += 1) output[out] = output[out - distance]!;
  }
  if (overran(bits)) throw corrupt('the data is cut off');
}

function matchLength(bits: WordBits, short: number): number {
  if (short < 15) return short;
  const { bytes } = bits;
  const byte = bytes[bits.next++] ?? 0;
  if (byte < 255) return byte + 15;
  const word = (bytes[bits.next] ?? 0) | ((bytes[bits.next + 1] ?? 0) << 8);
  bits.next += 2;
  if (word < 15) throw corrupt('a match length that is too short');
  return word;
}
