/**
 * The bit stream that XPRESS Huffman ([MS-XCA] 2.2) and LZX ([MS-PATCH] 2.2) share: 16-bit little-endian words, the highest bit
 * first. Words past the end read as zero, for looking ahead; `overran` tells whether any of them was used.
 */
export interface WordBits {
  readonly bytes: Uint8Array;
  /** The next byte that is not in `buffer` yet. */
  next: number;
  /** Bits at hand, from the top. */
  buffer: number;
  count: number;
}

export function wordBits(bytes: Uint8Array, at: number): WordBits {
  return { bytes, next: at, buffer: 0, count: 0 };
}

/** Makes at least 16 bits ready. */
export function fill(bits: WordBits): void {
  while (bits.count <= 16) {
    const word = (bits.bytes[bits.next] ?? 0) | ((bits.bytes[bits.next + 1] ?? 0) << 8);
    bits.buffer |= word << (16 - bits.count);
    bits.count += 16;
    bits.next += 2;
  }
}

/** Makes at least 16 bits ready, and takes no word sooner than it must: bytes that stand between the words begin at `next`. */
export function fillLate(bits: WordBits): void {
  if (bits.count < 16) {
    const word = (bits.bytes[bits.next] ?? 0) | ((bits.bytes[bits.next + 1] ?? 0) << 8);
    bits.buffer |= word << (16 - bits.count);
    bits.count += 16;
    bits.next += 2;
  }
}

/** Takes up to 16 bits that `fill` made ready. */
export function take(bits: WordBits, count: number): number {
  if (count === 0) return 0;
  const value = bits.buffer >>> (32 - count);
  bits.buffer <<= count;
  bits.count -= count;
  return value;
}

export function overran(bits: WordBits): boolean {
  return bits.next - Math.floor(bits.count / 8) > bits.bytes.length;
}
