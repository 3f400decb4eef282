import type { WordBits } from './word-bits.ts';

/** Codes up to this length are found in one look. */
const tableBits = 11;

/** A canonical Huffman code, ready for decoding. */
export interface HuffmanCode {
  /** By the next bits: symbol * 32 + length; 0 where the code is longer or does not exist. */
  readonly table: Uint32Array;
  /** Symbols in the order of their codes. */
  readonly symbols: Uint16Array;
  /** By length: the first code, how many there are, and where they begin in `symbols`. */
  readonly firstCode: Uint32Array;
  readonly counts: Uint32Array;
  readonly starts: Uint32Array;
  readonly longest: number;
}

/** Undefined when the lengths make no code: more symbols than the bits can tell apart. */
export function huffmanCode(lengths: Uint8Array, longest: number): HuffmanCode | undefined {
  const counts = new Uint32Array(longest + 1);
  for (const length of lengths) if (length > 0) counts[length]! += 1;
  const firstCode = new Uint32Array(longest + 1);
  const starts = new Uint32Array(longest + 1);
  for (let length = 1, code = 0, start = 0; length <= longest; length += 1) {
    code = code * 2;
    firstCode[length] = code;
    starts[length] = start;
    code += counts[length]!;
    start += counts[length]!;
    if (code > 2 ** length) return undefined;
  }
  const symbols = new Uint16Array(lengths.length);
  const table = new Uint32Array(1 << tableBits);
  const next = Uint32Array.from(starts);
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    const place = next[length]!++;
    symbols[place] = symbol;
    if (length > tableBits) continue;
    const code = firstCode[length]! + place - starts[length]!;
    const from = code << (tableBits - length);
    table.fill(symbol * 32 + length, from, from + (1 << (tableBits - length)));
  }
  return { table, symbols, firstCode, counts, starts, longest };
}

/** The next symbol; 16 bits must be ready. -1 when no code begins so. */
export function nextSymbol(code: HuffmanCode, bits: WordBits): number {
  const found = code.table[bits.buffer >>> (32 - tableBits)]!;
  const length = found & 31;
  if (length === 0) return longSymbol(code, bits);
  bits.buffer <<= length;
  bits.count -= length;
  return found >>> 5;
}

function longSymbol(code: HuffmanCode, bits: WordBits): number {
  for (let length = tableBits + 1; length <= code.longest; length += 1) {
    const place = (bits.buffer >>> (32 - length)) - code.firstCode[length]!;
    if (place < 0 || place >= code.counts[length]!) continue;
    bits.buffer <<= length;
    bits.count -= length;
    return code.symbols[code.starts[length]! + place]!;
  }
  return -1;
}
