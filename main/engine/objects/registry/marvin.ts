/** Marvin32 with the seed that registry logs use ([REGF] "Log entry"), as its two halves. */
export function marvin32(bytes: Buffer): { readonly low: number; readonly high: number } {
  let low = 0x7a4e55c5;
  let high = 0x82ef4d88 | 0;
  const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
  const block = (value: number): void => {
    low = (low + value) | 0;
    high ^= low;
    low = (rotate(low, 20) + high) | 0;
    high = rotate(high, 9) ^ low;
    low = (rotate(low, 27) + high) | 0;
    high = rotate(high, 19);
  };
  const whole = bytes.length & ~3;
  for (let at = 0; at < whole; at += 4) block(bytes.readInt32LE(at));
  const rest = bytes.length - whole;
  let last = 0x80 << (rest * 8);
  for (let at = 0; at < rest; at += 1) last |= bytes[whole + at]! << (at * 8);
  block(last);
  block(0);
  return { low: low >>> 0, high: high >>> 0 };
}
