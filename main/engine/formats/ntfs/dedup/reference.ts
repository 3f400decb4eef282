import { crc32 } from 'node:zlib';
import { corrupt, readU64, unsupported } from '../damage.ts';
import { longReparse, mapReference, reparseData, shortReparse, streamMap, mapEntry } from './layout.ts';

const structure = 'deduplication reparse point';

/** A part of a file, and the stream map that says of which chunks it is. */
export interface MapReference {
  readonly begin: number;
  readonly end: number;
  readonly number: number;
  readonly container: number;
  readonly offset: number;
  readonly mapBytes: number;
  /** How the hash of the map begins: the same bytes stand before the map. */
  readonly hash: Buffer;
}

/** What a deduplicated file's reparse point says. */
export interface DedupReference {
  /** As its folder is named: {GUID}.ddp. */
  readonly store: string;
  readonly sizeBytes: number;
  readonly parts: readonly MapReference[];
}

/**
 * Of a file of `sizeBytes`, which tells references from what only looks like one.
 * @throws HostkeepError format/ntfs-corrupt when it is damaged, format/ntfs-unsupported when it is of another version
 */
export function parseDedupReference(data: Buffer, sizeBytes: number): DedupReference {
  const version = data.length < reparseData.length ? 0 : data.readUInt16LE(reparseData.version);
  const parse = parsers.get(version);
  if (parse === undefined) throw unsupported('Data Deduplication version');
  const length = data.length < reparseData.shortestBytes ? 0 : data.readUInt16LE(reparseData.length);
  const checked = length - reparseData.checksumBytes;
  if (length < reparseData.shortestBytes || length > data.length) throw corrupt(structure, { length });
  const body = data.subarray(0, checked);
  if (crc32(body) !== data.readUInt32LE(checked)) throw corrupt(structure, { checksum: 'wrong' });
  return parse(body, sizeBytes);
}

function parseShort(body: Buffer): DedupReference {
  if (body.length < shortReparse.reference + shortReparse.referenceBytes) throw corrupt(structure, { bytes: body.length });
  const sizeBytes = readU64(body, shortReparse.sizeBytes, structure);
  const reference = body.subarray(shortReparse.reference);
  const part = { ...referenceAt(reference), begin: 0, end: sizeBytes };
  if (!isMapLength(part.mapBytes)) throw corrupt(structure, { mapBytes: part.mapBytes });
  return { store: guidAt(body, shortReparse.store), sizeBytes, parts: [part] };
}

/**
 * The directory of this version is described in two ways, so it is not relied upon: what has the form of a reference, and follows in
 * the file on the one before it, is taken for one. A map is used only when the hash before it is that of its reference.
 */
function parseLong(body: Buffer, sizeBytes: number): DedupReference {
  const parts: MapReference[] = [];
  let end = 0;
  for (let at = longReparse.firstReference; at + mapReference.bytes <= body.length;) {
    const part = longReference(body.subarray(at, at + mapReference.bytes));
    if (part === undefined || part.begin !== end || part.end > sizeBytes) {
      at += 4;
      continue;
    }
    parts.push(part);
    end = part.end;
    at += mapReference.bytes;
  }
  if (parts.length === 0) throw corrupt(structure, { parts: 0 });
  return { store: guidAt(body, longReparse.store), sizeBytes: end, parts };
}

function longReference(bytes: Buffer): MapReference | undefined {
  const [begin, end] = [bytes.readBigUInt64LE(mapReference.begin), bytes.readBigUInt64LE(mapReference.end)];
  const reference = referenceAt(bytes);
  if (begin >= end || end > BigInt(Number.MAX_SAFE_INTEGER) || !isMapLength(reference.mapBytes)) return undefined;
  return { ...reference, begin: Number(begin), end: Number(end) };
}

const parsers: ReadonlyMap<number, (body: Buffer, sizeBytes: number) => DedupReference> = new Map([
  [shortReparse.version, parseShort],
  [longReparse.version, parseLong],
]);

function referenceAt(bytes: Buffer): Omit<MapReference, 'begin' | 'end'> {
  return {
    number: bytes.readUInt32LE(mapReference.number),
    container: bytes.readUInt32LE(mapReference.container),
    offset: bytes.readUInt32LE(mapReference.offset),
    mapBytes: bytes.readUInt32LE(mapReference.mapBytes),
    hash: bytes.subarray(mapReference.hash, mapReference.hash + mapReference.hashBytes),
  };
}

function isMapLength(bytes: number): boolean {
  return bytes > streamMap.headerBytes && (bytes - streamMap.headerBytes) % mapEntry.bytes === 0;
}

/** A GUID as Windows writes it: its first three fields are little-endian. */
function guidAt(bytes: Buffer, at: number): string {
  if (at + 16 > bytes.length) throw corrupt(structure, { bytes: bytes.length });
  const first = bytes.readUInt32LE(at).toString(16).padStart(8, '0');
  const [second, third] = [4, 6].map((field) =>
    bytes
      .readUInt16LE(at + field)
      .toString(16)
      .padStart(4, '0'),
  );
  const rest = bytes.toString('hex', at + 8, at + 16);
  return `{${[first, second, third, rest.slice(0, 4), rest.slice(4)].join('-').toUpperCase()}}`;
}
