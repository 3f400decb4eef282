/** Words of 64 bits as two of 32: BigInt would cost ten times as much. */
const [p1Low, p1High] = [0x85ebca87, 0x9e3779b1];
const [p2Low, p2High] = [0x27d4eb4f, 0xc2b2ae3d];
const [p3Low, p3High] = [0x9e3779f9, 0x165667b1];
const [p4Low, p4High] = [0xc2b2ae63, 0x85ebca77];
const [p5Low, p5High] = [0x165667c5, 0x27d4eb2f];

/** Product of the last operation, low and high. */
interface Word {
  low: number;
  high: number;
}

/** The high half of a product of two words of 32 bits. */
function highOf(a: number, b: number): number {
  const [aLow, aHigh, bLow, bHigh] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const cross = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65_536) + (cross >>> 16)) >>> 0;
}

function multiply(word: Word, low: number, high: number): void {
  const top = highOf(word.low, low) + Math.imul(word.low, high) + Math.imul(word.high, low);
  word.low = Math.imul(word.low, low) >>> 0;
  word.high = top >>> 0;
}

function add(word: Word, low: number, high: number): void {
  const sum = word.low + low;
  word.high = (word.high + high + (sum > 0xffffffff ? 1 : 0)) >>> 0;
  word.low = sum >>> 0;
}

/** By less than 32 bits. */
function rotate(word: Word, bits: number): void {
  const { low, high } = word;
  word.low = ((low << bits) | (high >>> (32 - bits))) >>> 0;
  word.high = ((high << bits) | (low >>> (32 - bits))) >>> 0;
}

function xor(word: Word, low: number, high: number): void {
  word.low = (word.low ^ low) >>> 0;
  word.high = (word.high ^ high) >>> 0;
}

/** Into the word itself, shifted right by less than 64 bits. */
function fold(word: Word, bits: number): void {
  const { low, high } = word;
  if (bits >= 32) xor(word, high >>> (bits - 32), 0);
  else xor(word, ((low >>> bits) | (high << (32 - bits))) >>> 0, high >>> bits);
}

function round(lane: Word, low: number, high: number): void {
  const input = { low, high };
  multiply(input, p2Low, p2High);
  add(lane, input.low, input.high);
  rotate(lane, 31);
  multiply(lane, p1Low, p1High);
}

/** XXH64 with seed 0 ("xxHash fast digest algorithm", XXH64 algorithm description), as the eight bytes that Btrfs keeps, little-endian. */
export function xxhash64(bytes: Buffer): Buffer {
  let at = 0;
  const word: Word = { low: p5Low, high: p5High };
  if (bytes.length >= 32) {
    at = stripes(bytes, word);
  }
  add(word, bytes.length >>> 0, Math.floor(bytes.length / 2 ** 32));
  for (; at + 8 <= bytes.length; at += 8) {
    const lane = { low: 0, high: 0 };
    round(lane, bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4));
    xor(word, lane.low, lane.high);
    rotate(word, 27);
    multiply(word, p1Low, p1High);
    add(word, p4Low, p4High);
  }
  if (at + 4 <= bytes.length) {
    const piece = { low: bytes.readUInt32LE(at), high: 0 };
    multiply(piece, p1Low, p1High);
    xor(word, piece.low, piece.high);
    rotate(word, 23);
    multiply(word, p2Low, p2High);
    add(word, p3Low, p3High);
    at += 4;
  }
  for (; at < bytes.length; at += 1) {
    const piece = { low: bytes[at]!, high: 0 };
    multiply(piece, p5Low, p5High);
    xor(word, piece.low, piece.high);
    rotate(word, 11);
    multiply(word, p1Low, p1High);
  }
  fold(word, 33);
  multiply(word, p2Low, p2High);
  fold(word, 29);
  multiply(word, p3Low, p3High);
  fold(word, 32);
  const sum = Buffer.alloc(8);
  sum.writeUInt32LE(word.low, 0);
  sum.writeUInt32LE(word.high, 4);
  return sum;
}

/** Four lanes over stripes of 32 bytes, brought together in `word`. Gives where the stripes end. */
function stripes(bytes: Buffer, word: Word): number {
  const first: Word = { low: p1Low, high: p1High };
  add(first, p2Low, p2High);
  const last: Word = { low: (~p1Low + 1) >>> 0, high: ~p1High >>> 0 };
  const lanes: readonly Word[] = [first, { low: p2Low, high: p2High }, { low: 0, high: 0 }, last];
  let at = 0;
  for (; at + 32 <= bytes.length; at += 32)
    for (let lane = 0; lane < 4; lane += 1)
      round(lanes[lane]!, bytes.readUInt32LE(at + lane * 8), bytes.readUInt32LE(at + lane * 8 + 4));
  word.low = 0;
  word.high = 0;
  for (const [index, bits] of [1, 7, 12, 18].entries()) {
    const turned = { ...lanes[index]! };
    rotate(turned, bits);
    add(word, turned.low, turned.high);
  }
  for (const { low, high } of lanes) {
    const merged = { low: 0, high: 0 };
    round(merged, low, high);
    xor(word, merged.low, merged.high);
    multiply(word, p1Low, p1High);
    add(word, p4Low, p4High);
  }
  return at;
}
