import { HostkeepError, type ErrorCode } from '#contract';

/**
 * Reads fields of an on-disk structure from a buffer. Every access is bounds-checked; what lies outside is reported with
 * the code of the format at hand, never as a RangeError. Offsets are in bytes from the start of the buffer.
 */
export interface Cursor {
  readonly length: number;
  u8(offset: number): number;
  u16(offset: number): number;
  u32(offset: number): number;
  /** A 64-bit field that must fit a safe integer. */
  u64(offset: number): number;
  /** A 64-bit field in full, for sequence numbers and identifiers. */
  big64(offset: number): bigint;
  /** A view, not a copy. */
  bytes(offset: number, length: number): Buffer;
  ascii(offset: number, length: number): string;
  utf16(offset: number, byteLength: number): string;
  /** A GUID in mixed-endian order, lower case, without braces. */
  guid(offset: number): string;
  /** The rest from `offset`, with the same error code. */
  sub(offset: number, length: number): Cursor;
}

/** A little-endian cursor whose failures carry `code` and name the `structure`. */
export function cursorOver(buffer: Uint8Array, code: ErrorCode, structure: string): Cursor {
  const view = Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const need = (offset: number, length: number): void => {
    if (!Number.isSafeInteger(offset) || offset < 0 || length < 0 || offset > view.length - length) {
      throw new HostkeepError(code, { structure, offset, length, available: view.length });
    }
  };
  const cursor: Cursor = {
    length: view.length,
    u8: (offset) => (need(offset, 1), view.readUInt8(offset)),
    u16: (offset) => (need(offset, 2), view.readUInt16LE(offset)),
    u32: (offset) => (need(offset, 4), view.readUInt32LE(offset)),
    u64: (offset) => narrow64((need(offset, 8), view.readBigUInt64LE(offset)), code, structure),
    big64: (offset) => (need(offset, 8), view.readBigUInt64LE(offset)),
    bytes: (offset, length) => (need(offset, length), view.subarray(offset, offset + length)),
    ascii: (offset, length) => (need(offset, length), view.toString('latin1', offset, offset + length)),
    utf16: (offset, length) => (need(offset, length), view.toString('utf16le', offset, offset + length)),
    guid: (offset) => (need(offset, 16), parseGuid(view.subarray(offset, offset + 16))),
    sub: (offset, length) => (need(offset, length), cursorOver(view.subarray(offset, offset + length), code, structure)),
  };
  return cursor;
}

/** Narrows a 64-bit value to a number once. @throws HostkeepError with `code` when it is past 2^53 */
export function narrow64(value: bigint, code: ErrorCode, structure: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new HostkeepError(code, { structure, value: value.toString() });
  return Number(value);
}

export function parseGuid(bytes: Uint8Array): string {
  const raw = Buffer.from(bytes);
  const head = [raw.readUInt32LE(0), raw.readUInt16LE(4), raw.readUInt16LE(6)];
  const [a, b, c] = head.map((value, index) => value.toString(16).padStart(index === 0 ? 8 : 4, '0'));
  return `${a}-${b}-${c}-${raw.toString('hex', 8, 10)}-${raw.toString('hex', 10, 16)}`;
}

export function writeGuid(guid: string): Buffer {
  const hex = Buffer.from(guid.replaceAll(/[{}-]/g, ''), 'hex');
  if (hex.length !== 16) throw new HostkeepError('input/invalid', { guid });
  hex.subarray(0, 4).reverse();
  hex.subarray(4, 6).reverse();
  hex.subarray(6, 8).reverse();
  return hex;
}
