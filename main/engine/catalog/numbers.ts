import { HostkeepError } from '#contract';

/** Whole numbers in as few bytes as they need (LEB128); of signed ones the first byte bears the sign. Both are exact up to 2^53. */
export interface NumberWriter {
  unsigned(value: number): void;
  signed(value: number): void;
  bytes(): Buffer;
}

export function numberWriter(): NumberWriter {
  let buffer = Buffer.alloc(64 * 1024);
  let at = 0;
  const put = (byte: number): void => {
    if (at === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
    buffer[at++] = byte;
  };
  const unsigned = (value: number): void => {
    let left = value;
    while (left >= 128) {
      put((left % 128) + 128);
      left = Math.floor(left / 128);
    }
    put(left);
  };
  return {
    unsigned,
    signed(value) {
      const size = Math.abs(value);
      const first = (size % 64) + (value < 0 ? 64 : 0);
      put(size < 64 ? first : first + 128);
      if (size >= 64) unsigned(Math.floor(size / 64));
    },
    bytes: () => buffer.subarray(0, at),
  };
}

export interface NumberReader {
  unsigned(): number;
  signed(): number;
  atEnd(): boolean;
}

/** @throws HostkeepError repository/catalog-damaged where the bytes end too early */
export function numberReader(bytes: Uint8Array): NumberReader {
  let at = 0;
  const take = (): number => {
    const byte = bytes[at++];
    if (byte === undefined) throw new HostkeepError('repository/catalog-damaged', { structure: 'number' });
    return byte;
  };
  const unsigned = (): number => {
    let value = 0;
    for (let factor = 1; factor < 2 ** 57; factor *= 128) {
      const byte = take();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new HostkeepError('repository/catalog-damaged', { structure: 'number' });
  };
  return {
    unsigned,
    signed() {
      const first = take();
      const size = (first & 63) + (first < 128 ? 0 : unsigned() * 64);
      return (first & 64) === 0 ? size : -size;
    },
    atEnd: () => at >= bytes.length,
  };
}

/** Reads many numbers at once, in tight loops: a search decodes millions. */
export interface ColumnReader {
  one(): number;
  values(count: number): Float64Array;
  /** Each as its distance from the one before. */
  distances(count: number): Float64Array;
}

/** @throws HostkeepError repository/catalog-damaged where the bytes end too early */
export function columnReader(bytes: Uint8Array): ColumnReader {
  let at = 0;
  const damaged = (): HostkeepError => new HostkeepError('repository/catalog-damaged', { structure: 'number' });
  const values = (count: number): Float64Array => {
    const found = new Float64Array(count);
    let next = at;
    for (let index = 0; index < count; index += 1) {
      let [value, factor, byte] = [0, 1, 128];
      while (byte >= 128) {
        if (next >= bytes.length || factor >= 2 ** 57) throw damaged();
        byte = bytes[next++]!;
        value += (byte & 127) * factor;
        factor *= 128;
      }
      found[index] = value;
    }
    at = next;
    return found;
  };
  const distances = (count: number): Float64Array => {
    const found = new Float64Array(count);
    let [next, last] = [at, 0];
    for (let index = 0; index < count; index += 1) {
      if (next >= bytes.length) throw damaged();
      const first = bytes[next++]!;
      let [size, factor, byte] = [first & 63, 64, first];
      while (byte >= 128) {
        if (next >= bytes.length || factor >= 2 ** 57) throw damaged();
        byte = bytes[next++]!;
        size += (byte & 127) * factor;
        factor *= 128;
      }
      last += (first & 64) === 0 ? size : -size;
      found[index] = last;
    }
    at = next;
    return found;
  };
  return { one: () => values(1)[0]!, values, distances };
}
