import { nextSymbol, type HuffmanCode } from './huffman.ts';
import { lzxCorrupt, readBlockHeader, type LzxBlock, type LzxState } from './lzx-block.ts';
import { fill, overran, take, wordBits } from './word-bits.ts';

/** Sizes for a window of 32 KiB, the only one that files on NTFS use. */
const positionSlots = 30;
const mainSymbols = 256 + 8 * positionSlots;
const lengthSymbols = 249;
const windowBytes = 32 * 1024;
/** The file size that the x86 translation is told ([MS-PATCH] 2.3), fixed for files of this kind. */
const translationSize = 12_000_000;

const footerBits = Uint8Array.from({ length: positionSlots }, (_, slot) => (slot < 4 ? 0 : (slot >> 1) - 1));
const slotBase = footerBits.reduce<readonly number[]>((bases, bits) => [...bases, bases.at(-1)! + 2 ** bits], [0]);

/**
 * LZX ([MS-PATCH] 2) as Windows keeps single files: every chunk of at most 32 KiB begins afresh. Fills `output` exactly.
 * @throws HostkeepError format/compressed-corrupt
 */
export function decodeLzx(input: Uint8Array, output: Uint8Array): void {
  if (output.length > windowBytes) throw lzxCorrupt('a chunk larger than the window');
  const state: LzxState = {
    bits: wordBits(input, 0),
    mainLengths: new Uint8Array(mainSymbols),
    lengthLengths: new Uint8Array(lengthSymbols),
    recent: [1, 1, 1],
  };
  for (let out = 0; out < output.length;) {
    const block = readBlockHeader(state);
    if (block.bytes === 0 || block.bytes > output.length - out) throw lzxCorrupt('a block larger than its chunk');
    const end = out + block.bytes;
    if (block.kind === 'plain') copyPlain(state, output, out, end);
    else decodeBlock(state, block, { output, from: out, end });
    out = end;
  }
  if (overran(state.bits)) throw lzxCorrupt('the data is cut off');
  undoTranslation(output);
}

/** Plain bytes follow on a word boundary; after an odd number of them one is skipped. */
function copyPlain(state: LzxState, output: Uint8Array, from: number, end: number): void {
  const { bits } = state;
  const stop = bits.next + end - from;
  if (stop > bits.bytes.length) throw lzxCorrupt('the data is cut off');
  output.set(bits.bytes.subarray(bits.next, stop), from);
  bits.next = stop + ((end - from) & 1);
}

interface Target {
  readonly output: Uint8Array;
  readonly from: number;
  readonly end: number;
}

function decodeBlock(state: LzxState, block: Exclude<LzxBlock, { kind: 'plain' }>, target: Target): void {
  const { bits } = state;
  const { output, end } = target;
  for (let out = target.from; out < end;) {
    fill(bits);
    const symbol = nextSymbol(block.main, bits);
    if (symbol < 0) throw lzxCorrupt('a code that does not exist');
    if (symbol < 256) {
      output[out++] = symbol;
      continue;
    }
    const header = (symbol - 256) & 7;
    let length = header + 2;
    if (header === 7) {
      fill(bits);
      const more = block.length === undefined ? -1 : nextSymbol(block.length, bits);
      if (more < 0) throw lzxCorrupt('a length that does not exist');
      length += more;
    }
    const distance = distanceOf(state, (symbol - 256) >>> 3, block.aligned);
    if (distance > out || length > end - out) throw lzxCorrupt('a match outside the data');
    for (const stop = out + length; out < stop; out += 1) output[out] = output[out - distance]!;
  }
}

/** Slots 0 to 2 repeat one of the last three distances and move it to the front. */
function distanceOf(state: LzxState, slot: number, aligned: HuffmanCode | undefined): number {
  const { bits, recent } = state;
  if (slot < 3) {
    const repeated = recent[slot]!;
    recent[slot] = recent[0];
    recent[0] = repeated;
    return repeated;
  }
  const footer = footerBits[slot]!;
  let extra: number;
  fill(bits);
  if (aligned !== undefined && footer >= 3) {
    const high = take(bits, footer - 3) * 8;
    fill(bits);
    const low = nextSymbol(aligned, bits);
    if (low < 0) throw lzxCorrupt('a distance that does not exist');
    extra = high + low;
  } else extra = take(bits, footer);
  const distance = slotBase[slot]! + extra - 2;
  recent[2] = recent[1];
  recent[1] = recent[0];
  recent[0] = distance;
  return distance;
}

/** The targets of x86 call instructions were made absolute before compression ([MS-PATCH] 2.3); here relative again. */
function undoTranslation(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.indexOf(0xe8); at >= 0 && at < bytes.length - 10; at = bytes.indexOf(0xe8, at + 5)) {
    const target = view.getInt32(at + 1, true);
    if (target >= -at && target < translationSize)
      view.setInt32(at + 1, target >= 0 ? target - at : target + translationSize, true);
  }
}
