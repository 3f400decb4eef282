/** A repeatable stream of numbers below a bound. */
export type Numbers = (below: number) => number;

export function numbers(seed: number): Numbers {
  let state = (Math.imul(seed, 2_654_435_761) + 1) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** One number of 32 bits for a case of a run: seeds of any length, and neighbours too, begin differently. */
export function caseSeed(seed: number, index: number): number {
  return mixed(mixed(mixed(Math.floor(seed / 2 ** 32)) ^ (seed % 2 ** 32)) ^ index);
}

/** Spreads every bit over all others (the finaliser of MurmurHash3). */
function mixed(value: number): number {
  let bits = (value + 0x9e3779b9) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

const extremes = [0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** Changes a few fields of a structure in place: bits, bytes, and integers set to extremes or swapped with others. */
export function mutate(bytes: Buffer, next: Numbers): void {
  const changes = 1 + next(4);
  for (let change = 0; change < changes; change += 1) {
    const at = next(Math.max(1, bytes.length - 8));
    const kind = next(6);
    if (kind === 0) bytes[at]! ^= 1 << next(8);
    else if (kind === 1) bytes[at] = next(256);
    else if (kind === 2) bytes.writeUInt16LE(extremes[next(11)]!, at & ~1);
    else if (kind === 3) bytes.writeUInt32LE(extremes[next(extremes.length)]!, at & ~3);
    else if (kind === 4) bytes.writeBigUInt64LE(BigInt(extremes[next(extremes.length)]!) << BigInt(next(33)), at & ~7);
    else bytes.copyWithin(at, next(Math.max(1, bytes.length - 64)), next(64) + 1);
  }
}
