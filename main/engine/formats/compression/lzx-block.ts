import { HostkeepError } from '#contract';
import { huffmanCode, nextSymbol, type HuffmanCode } from './huffman.ts';
import { fill, take, type WordBits } from './word-bits.ts';

export function lzxCorrupt(fact: string): HostkeepError {
  return new HostkeepError('format/compressed-corrupt', { format: 'LZX', fact });
}

/** What lives on from block to block of a chunk. */
export interface LzxState {
  readonly bits: WordBits;
  /** Code lengths are sent as differences from the block before. */
  readonly mainLengths: Uint8Array;
  readonly lengthLengths: Uint8Array;
  readonly recent: [number, number, number];
}

export type LzxBlock =
  | { readonly kind: 'plain'; readonly bytes: number }
  | {
      readonly kind: 'coded';
      readonly bytes: number;
      readonly main: HuffmanCode;
      /** Undefined when no symbol has a code. */
      readonly length: HuffmanCode | undefined;
      readonly aligned: HuffmanCode | undefined;
    };

const defaultBlockBytes = 32 * 1024;

/** A block's header ([MS-PATCH] 2.4.1): its type, its size, and the codes it uses. */
export function readBlockHeader(state: LzxState): LzxBlock {
  const { bits } = state;
  fill(bits);
  const type = take(bits, 3);
  const isDefault = take(bits, 1) === 1;
  fill(bits);
  const bytes = isDefault ? defaultBlockBytes : take(bits, 16);
  if (type === 3) return { kind: 'plain', bytes: plainHeader(state, bytes) };
  if (type !== 1 && type !== 2) throw lzxCorrupt('a block of unknown type');
  const aligned = type === 2 ? alignedCode(bits) : undefined;
  readLengths(bits, state.mainLengths.subarray(0, 256));
  readLengths(bits, state.mainLengths.subarray(256));
  readLengths(bits, state.lengthLengths);
  const length = state.lengthLengths.some((value) => value > 0) ? codeOf(state.lengthLengths, 16) : undefined;
  return { kind: 'coded', bytes, main: codeOf(state.mainLengths, 16), length, aligned };
}

/** Plain blocks begin on the next word, after at least one bit of padding, with the three recent distances. */
function plainHeader(state: LzxState, bytes: number): number {
  const { bits } = state;
  // Words that were read ahead go back; one that is used in part is padding.
  bits.next -= Math.floor(bits.count / 16) * 2;
  if (bits.count % 16 === 0) bits.next += 2;
  bits.buffer = 0;
  bits.count = 0;
  if (bits.next + 12 > bits.bytes.length) throw lzxCorrupt('the data is cut off');
  const view = new DataView(bits.bytes.buffer, bits.bytes.byteOffset, bits.bytes.byteLength);
  for (let index = 0; index < 3; index += 1) {
    const distance = view.getUint32(bits.next, true);
    if (distance === 0 || distance > 2 ** 31) throw lzxCorrupt('a distance that does not exist');
    state.recent[index] = distance;
    bits.next += 4;
  }
  return bytes;
}

function codeOf(lengths: Uint8Array, longest: number): HuffmanCode {
  const code = huffmanCode(lengths, longest);
  if (code === undefined) throw lzxCorrupt('an impossible code');
  return code;
}

function alignedCode(bits: WordBits): HuffmanCode {
  const lengths = new Uint8Array(8);
  for (let index = 0; index < 8; index += 1) {
    fill(bits);
    lengths[index] = take(bits, 3);
  }
  return codeOf(lengths, 7);
}

/** Code lengths, themselves coded ([MS-PATCH] 2.4.2): differences modulo 17, and runs. */
function readLengths(bits: WordBits, lengths: Uint8Array): void {
  const preLengths = new Uint8Array(20);
  for (let index = 0; index < 20; index += 1) {
    fill(bits);
    preLengths[index] = take(bits, 4);
  }
  const pre = codeOf(preLengths, 15);
  const symbolNext = (): number => {
    fill(bits);
    const symbol = nextSymbol(pre, bits);
    if (symbol < 0) throw lzxCorrupt('a code length that does not exist');
    return symbol;
  };
  const changed = (at: number, symbol: number): number => (lengths[at]! - symbol + 17) % 17;
  for (let at = 0; at < lengths.length;) {
    const symbol = symbolNext();
    if (symbol < 17) {
      lengths[at] = changed(at, symbol);
      at += 1;
      continue;
    }
    fill(bits);
    const count = symbol === 17 ? 4 + take(bits, 4) : symbol === 18 ? 20 + take(bits, 5) : 4 + take(bits, 1);
    let value = 0;
    if (symbol === 19) {
      const next = symbolNext();
      if (next > 16) throw lzxCorrupt('a code length that does not exist');
      value = changed(at, next);
    }
    if (count > lengths.length - at) throw lzxCorrupt('too many code lengths');
    lengths.fill(value, at, at + count);
    at += count;
  }
}
