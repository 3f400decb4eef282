import { array, integer, maxLength, maxValue, minLength, minValue, number, object, pipe, regex, string } from 'valibot';
import type { Schema } from './accept.ts';
import type { ByteRange } from './ids.ts';

/** Pieces that the schemas of records are made of. */

/** A whole number between two others. */
export function whole(least: number, most: number) {
  return pipe(number(), integer(), minValue(least), maxValue(most));
}

/** A count or an offset: exact as a number. */
export const count = whole(0, Number.MAX_SAFE_INTEGER);

/** Text of a bounded length, in UTF-16 units. */
export function text(shortest: number, longest: number) {
  return pipe(string(), minLength(shortest), maxLength(longest));
}

/** So many bytes in lower-case hex. */
export function hex(bytes: number) {
  return pipe(string(), regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`), `expected ${bytes} bytes in hex`));
}

export const byteRangeSchema: Schema<ByteRange> = object({ offset: count, length: count });

/** Bounded, so that a file cannot fill the memory. */
export const byteRangesSchema: Schema<readonly ByteRange[]> = pipe(array(byteRangeSchema), maxLength(4_000_000));
