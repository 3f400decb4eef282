import { parseGuid } from '#engine/bytes';
import { isoTime } from '../windows-time.ts';
import { arrayFlag, corrupt, valueTypes as type } from './layout.ts';

/** Bytes of one element of an array of that type; strings are parted by their ends instead. */
const elementBytes: Readonly<Record<number, number>> = {
  [type.int8]: 1,
  [type.uint8]: 1,
  [type.int16]: 2,
  [type.uint16]: 2,
  [type.int32]: 4,
  [type.uint32]: 4,
  [type.int64]: 8,
  [type.uint64]: 8,
  [type.real32]: 4,
  [type.real64]: 8,
  [type.bool]: 4,
  [type.guid]: 16,
  [type.fileTime]: 8,
  [type.systemTime]: 16,
  [type.hex32]: 4,
  [type.hex64]: 8,
};

type Read = (bytes: Buffer) => string;

const readers: Readonly<Record<number, Read>> = {
  [type.null]: () => '',
  [type.string]: (bytes) => endless(bytes.toString('utf16le', 0, bytes.length & ~1)),
  [type.ansi]: (bytes) => endless(new TextDecoder('windows-1252').decode(bytes)),
  [type.int8]: (bytes) => String(bytes.readInt8(0)),
  [type.uint8]: (bytes) => String(bytes.readUInt8(0)),
  [type.int16]: (bytes) => String(bytes.readInt16LE(0)),
  [type.uint16]: (bytes) => String(bytes.readUInt16LE(0)),
  [type.int32]: (bytes) => String(bytes.readInt32LE(0)),
  [type.uint32]: (bytes) => String(bytes.readUInt32LE(0)),
  [type.int64]: (bytes) => String(bytes.readBigInt64LE(0)),
  [type.uint64]: (bytes) => String(bytes.readBigUInt64LE(0)),
  [type.real32]: (bytes) => realText(bytes.readFloatLE(0), 7),
  [type.real64]: (bytes) => realText(bytes.readDoubleLE(0), 15),
  // Some providers write one byte, or whatever else is not zero.
  [type.bool]: (bytes) => String(bytes.some((byte) => byte !== 0)),
  [type.binary]: (bytes) => bytes.toString('hex').toUpperCase(),
  [type.guid]: (bytes) => `{${parseGuid(bytes.subarray(0, 16))}}`,
  [type.size]: hexText,
  [type.fileTime]: (bytes) => isoTime(bytes.readBigUInt64LE(0)),
  [type.systemTime]: systemTime,
  [type.sid]: sidText,
  [type.hex32]: hexText,
  [type.hex64]: hexText,
};

/** [EVTX] "Value types": a value as Windows writes it into XML. What is of no type known here is given by its bytes in hex. */
export function valueText(kind: number, bytes: Buffer): string {
  const read = readers[kind];
  if (bytes.length === 0) return '';
  const needed = elementBytes[kind];
  const isWhole = needed === undefined || bytes.length === needed || kind === type.bool;
  return read === undefined || !isWhole ? bytes.toString('hex').toUpperCase() : read(bytes);
}

export function isArray(kind: number): boolean {
  return (kind & arrayFlag) !== 0;
}

/** The elements of an array. @throws HostkeepError format/evtx-corrupt */
export function arrayTexts(kind: number, bytes: Buffer): readonly string[] {
  const element = kind & ~arrayFlag;
  if (element === type.string) return parted(bytes.toString('utf16le', 0, bytes.length & ~1));
  if (element === type.ansi) return parted(new TextDecoder('windows-1252').decode(bytes));
  if (element === type.sid) return sids(bytes);
  const step = element === type.size ? 8 : elementBytes[element];
  if (step === undefined || bytes.length % step !== 0) throw corrupt('array', { type: kind, bytes: bytes.length });
  return Array.from({ length: bytes.length / step }, (_, at) => valueText(element, bytes.subarray(at * step, at * step + step)));
}

/** Each string has its end; the last one need not. */
function parted(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\0$/, '').split('\0');
}

function endless(text: string): string {
  return text.replace(/\0+$/, '');
}

function hexText(bytes: Buffer): string {
  if (bytes.length === 4) return `0x${bytes.readUInt32LE(0).toString(16)}`;
  return bytes.length === 8 ? `0x${bytes.readBigUInt64LE(0).toString(16)}` : bytes.toString('hex').toUpperCase();
}

function realText(value: number, digits: number): string {
  if (Number.isNaN(value)) return '-1.#IND';
  if (!Number.isFinite(value)) return value < 0 ? '-1.#INF' : '1.#INF';
  return String(Number(value.toPrecision(digits)));
}

/** MS-DTYP 2.3.13. */
function systemTime(bytes: Buffer): string {
  const part = (at: number, digits: number): string => String(bytes.readUInt16LE(at)).padStart(digits, '0');
  return `${part(0, 4)}-${part(2, 2)}-${part(6, 2)}T${part(8, 2)}:${part(10, 2)}:${part(12, 2)}.${part(14, 3)}Z`;
}

/** MS-DTYP 2.4.2.2. */
function sidText(bytes: Buffer): string {
  const length = sidBytes(bytes);
  if (length === undefined || length > bytes.length) return bytes.toString('hex').toUpperCase();
  const authority = bytes.readUIntBE(2, 6);
  const parts = Array.from({ length: bytes[1]! }, (_, at) => bytes.readUInt32LE(8 + at * 4));
  return ['S', bytes[0], authority, ...parts].join('-');
}

function sidBytes(bytes: Buffer): number | undefined {
  return bytes.length < 8 || bytes[1]! > 15 ? undefined : 8 + bytes[1]! * 4;
}

function sids(bytes: Buffer): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = sidBytes(bytes.subarray(at));
    if (length === undefined || at + length > bytes.length) throw corrupt('array', { type: type.sid | arrayFlag, at });
    found.push(sidText(bytes.subarray(at, at + length)));
    at += length;
  }
  return found;
}
