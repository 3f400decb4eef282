import { corruptFat } from './layout.ts';

/** One file as its folder describes it: its short entry, and the long name before it. */
export interface FatEntry {
  readonly name: string;
  readonly shortName: string;
  readonly attributes: number;
  readonly firstCluster: number;
  readonly sizeBytes: number;
  /** The 32 bytes of the short entry, for times. */
  readonly raw: Buffer;
  /** Where the short entry is in the folder's bytes. */
  readonly at: number;
}

export const attributes = { readOnly: 1, hidden: 2, system: 4, label: 8, folder: 16, archive: 32, longName: 15 } as const;
const entryBytes = 32;
const free = 0xe5;
/** Places of the 13 UTF-16 units in a long entry ([FAT] "FAT Long Directory Entries"). */
const unitPlaces = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];

interface LongName {
  readonly units: number[];
  readonly checksum: number;
  /** Ordinal of the piece that must come next; 0 when the name is whole. */
  expected: number;
}

export interface ParsedFolder {
  readonly entries: readonly FatEntry[];
  readonly label: string | undefined;
}

/**
 * The entries of a folder. A long name that does not belong to its short entry (checksum, order) is passed over as every
 * driver does, and the short name used.
 */
export function parseEntries(bytes: Buffer, is32: boolean): ParsedFolder {
  const entries: FatEntry[] = [];
  let long: LongName | undefined;
  let label: string | undefined;
  for (let at = 0; at + entryBytes <= bytes.length; at += entryBytes) {
    const raw = bytes.subarray(at, at + entryBytes);
    if (raw[0] === 0) break;
    const isLong = (raw[11]! & 0x3f) === attributes.longName;
    if (raw[0] === free) long = undefined;
    else if (isLong) long = addPiece(long, raw);
    else {
      if ((raw[11]! & attributes.label) !== 0) label ??= raw.toString('latin1', 0, 11).trimEnd();
      else entries.push(entryOf(raw, { at, long, is32 }));
      long = undefined;
    }
  }
  return { entries: entries.filter(({ shortName }) => shortName !== '.' && shortName !== '..'), label };
}

/** Pieces stand in reverse, the last one first. */
function addPiece(before: LongName | undefined, raw: Buffer): LongName | undefined {
  const order = raw[0]! & 0x3f;
  const isFirst = (raw[0]! & 0x40) !== 0;
  if (order === 0 || order > 20) return undefined;
  const name: LongName = isFirst ? { units: [], checksum: raw[13]!, expected: order } : before!;
  if (name === undefined || name.expected !== order || name.checksum !== raw[13]) return undefined;
  name.units.unshift(...unitPlaces.map((place) => raw.readUInt16LE(place)));
  name.expected = order - 1;
  return name;
}

function entryOf(
  raw: Buffer,
  of: { readonly at: number; readonly long: LongName | undefined; readonly is32: boolean },
): FatEntry {
  const shortName = shortNameOf(raw);
  const { long } = of;
  const isWhole = long !== undefined && long.expected === 0 && long.checksum === checksumOf(raw);
  const high = of.is32 ? raw.readUInt16LE(20) * 65_536 : 0;
  return {
    name: isWhole ? longNameOf(long.units) : shortName,
    shortName,
    attributes: raw[11]!,
    firstCluster: high + raw.readUInt16LE(26),
    sizeBytes: raw.readUInt32LE(28),
    raw: Buffer.from(raw),
    at: of.at,
  };
}

function longNameOf(units: readonly number[]): string {
  const end = units.indexOf(0);
  const name = String.fromCharCode(...(end < 0 ? units : units.slice(0, end)));
  if (name === '') throw corruptFat('long name');
  return name;
}

/** [FAT] "Short and Long Names": a rotating sum over the eleven bytes. */
function checksumOf(raw: Buffer): number {
  let sum = 0;
  for (let index = 0; index < 11; index += 1) sum = (((sum & 1) << 7) + (sum >>> 1) + raw[index]!) & 0xff;
  return sum;
}

/** Windows keeps in these bits that the base, or the extension, is to be shown in lower case. */
const lowerCase = { base: 0x08, extension: 0x10 } as const;

function shortNameOf(raw: Buffer): string {
  const bytes = Buffer.from(raw.subarray(0, 11));
  // 05 stands for E5, which as a first byte means a deleted entry.
  if (bytes[0] === 0x05) bytes[0] = 0xe5;
  const part = (from: number, to: number, isLower: boolean): string => {
    const text = oemText(bytes.subarray(from, to)).trimEnd();
    return isLower ? text.toLowerCase() : text;
  };
  const base = part(0, 8, (raw[12]! & lowerCase.base) !== 0);
  const extension = part(8, 11, (raw[12]! & lowerCase.extension) !== 0);
  return extension === '' ? base : `${base}.${extension}`;
}

/** The upper half of code page 850, which Windows and Linux take for short names in western Europe. */
const codePage850 =
  '\u00c7\u00fc\u00e9\u00e2\u00e4\u00e0\u00e5\u00e7\u00ea\u00eb\u00e8\u00ef\u00ee\u00ec\u00c4\u00c5' +
  '\u00c9\u00e6\u00c6\u00f4\u00f6\u00f2\u00fb\u00f9\u00ff\u00d6\u00dc\u00f8\u00a3\u00d8\u00d7\u0192' +
  '\u00e1\u00ed\u00f3\u00fa\u00f1\u00d1\u00aa\u00ba\u00bf\u00ae\u00ac\u00bd\u00bc\u00a1\u00ab\u00bb' +
  '\u2591\u2592\u2593\u2502\u2524\u00c1\u00c2\u00c0\u00a9\u2563\u2551\u2557\u255d\u00a2\u00a5\u2510' +
  '\u2514\u2534\u252c\u251c\u2500\u253c\u00e3\u00c3\u255a\u2554\u2569\u2566\u2560\u2550\u256c\u00a4' +
  '\u00f0\u00d0\u00ca\u00cb\u00c8\u0131\u00cd\u00ce\u00cf\u2518\u250c\u2588\u2584\u00a6\u00cc\u2580' +
  '\u00d3\u00df\u00d4\u00d2\u00f5\u00d5\u00b5\u00fe\u00de\u00da\u00db\u00d9\u00fd\u00dd\u00af\u00b4' +
  '\u00ad\u00b1\u2017\u00be\u00b6\u00a7\u00f7\u00b8\u00b0\u00a8\u00b7\u00b9\u00b3\u00b2\u25a0\u00a0';

function oemText(bytes: Buffer): string {
  return [...bytes].map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : codePage850[byte - 0x80]!)).join('');
}
