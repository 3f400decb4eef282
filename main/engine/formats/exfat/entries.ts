import { corruptExfat } from './layout.ts';
import type { StreamPlace } from './chain.ts';

/** A file as its set of entries describes it [EXFAT 7.4, 7.6, 7.7]. */
export interface ExfatEntry {
  readonly name: string;
  readonly attributes: number;
  readonly place: StreamPlace;
  /** What was ever written; after it the file is zero. */
  readonly validBytes: number;
  /** The first entry, for times. */
  readonly raw: Buffer;
  /** Where the set is in the folder's bytes. */
  readonly at: number;
}

/** What only the root holds [EXFAT 7.1 to 7.3]. */
export interface RootItems {
  readonly bitmaps: readonly StreamPlace[];
  readonly upCase: (StreamPlace & { readonly checksum: number }) | undefined;
  readonly label: string;
}

export interface ParsedFolder {
  readonly entries: readonly ExfatEntry[];
  readonly items: RootItems;
  /** Sets whose checksum does not hold, or that are not whole, and entries behind the end. */
  readonly damaged: number;
}

export const attributes = { folder: 0x10 } as const;
const types = { bitmap: 0x81, upCase: 0x82, label: 0x83, file: 0x85, stream: 0xc0, name: 0xc1 } as const;
const entryBytes = 32;
const unitsPerEntry = 15;

export function parseFolder(bytes: Buffer): ParsedFolder {
  const entries: ExfatEntry[] = [];
  const bitmaps: StreamPlace[] = [];
  let upCase: RootItems['upCase'];
  let label = '';
  let damaged = 0;
  for (let at = 0; at + entryBytes <= bytes.length; at += entryBytes) {
    const raw = bytes.subarray(at, at + entryBytes);
    const type = raw[0]!;
    if (type === 0) {
      // Nothing comes after the end [EXFAT 6.2.1]; where something does, what stood here is lost.
      if (!isAllUnused(bytes.subarray(at))) damaged += 1;
      break;
    }
    if (type === types.bitmap) bitmaps.push(placeOf(raw, false));
    else if (type === types.upCase) upCase = { ...placeOf(raw, false), checksum: raw.readUInt32LE(4) };
    else if (type === types.label) label = raw.toString('utf16le', 2, 2 + Math.min(11, raw[1]!) * 2);
    else if (type === types.file) {
      const count = raw[1]!;
      const set = bytes.subarray(at, at + (count + 1) * entryBytes);
      const entry = entryOf(set, count, at);
      if (entry === undefined) damaged += 1;
      else {
        entries.push(entry);
        at += count * entryBytes;
      }
    }
  }
  return { entries, items: { bitmaps, upCase, label }, damaged };
}

function isAllUnused(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += entryBytes) if ((bytes[at]! & 0x80) !== 0) return false;
  return true;
}

/** Undefined when the set is not whole, or changed without its checksum [EXFAT 6.3.3]. */
export function entryOf(set: Buffer, count: number, at: number): ExfatEntry | undefined {
  if (count < 2 || count > 18 || set.length !== (count + 1) * entryBytes) return undefined;
  if (setChecksum(set) !== set.readUInt16LE(2)) return undefined;
  const stream = set.subarray(entryBytes, 2 * entryBytes);
  const nameLength = stream[3]!;
  if (stream[0] !== types.stream || nameLength === 0 || Math.ceil(nameLength / unitsPerEntry) > count - 1) return undefined;
  let name = '';
  for (let piece = 0; piece < Math.ceil(nameLength / unitsPerEntry); piece += 1) {
    const raw = set.subarray((piece + 2) * entryBytes, (piece + 3) * entryBytes);
    if (raw[0] !== types.name) return undefined;
    name += raw.toString('utf16le', 2, 2 + Math.min(unitsPerEntry, nameLength - piece * unitsPerEntry) * 2);
  }
  return {
    name,
    attributes: set.readUInt16LE(4),
    place: placeOf(stream, (stream[1]! & 2) !== 0),
    validBytes: number64(stream, 8),
    raw: Buffer.from(set.subarray(0, entryBytes)),
    at,
  };
}

function placeOf(raw: Buffer, contiguous: boolean): StreamPlace {
  return { firstCluster: raw.readUInt32LE(20), sizeBytes: number64(raw, 24), contiguous };
}

function number64(raw: Buffer, at: number): number {
  const value = raw.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw corruptExfat('directory entry', { size: value.toString() });
  return Number(value);
}

function setChecksum(set: Buffer): number {
  let sum = 0;
  for (let at = 0; at < set.length; at += 1)
    if (at !== 2 && at !== 3) sum = (((sum & 1) === 1 ? 0x8000 : 0) + (sum >>> 1) + set[at]!) & 0xffff;
  return sum;
}
