import { array, string } from 'valibot';
import { acceptJson, HostkeepError, isErrorCode, type ByteRange, type ErrorCode } from '#contract';
import type { FileKind } from '../formats/file-system.ts';
import { columnReader, numberReader, numberWriter, type ColumnReader } from './numbers.ts';
import { foldedName, nameSeparator, type CatalogRow } from './row.ts';

/** Rows of a block: what a search decodes at once, and a writer keeps in memory. */
export const rowsPerBlock = 4096;

/** The three parts of a block. A search reads only `names`, until one of them fits. */
export interface BlockParts {
  /** Folded names, each followed by the separator. */
  readonly names: Buffer;
  /** All else that a listing shows, and names that are not as they were folded. */
  readonly rows: Buffer;
  /** Where the contents lie. */
  readonly places: Buffer;
}

const kinds = ['file', 'folder', 'symlink', 'other'] as const satisfies readonly FileKind[];
const unitBytes = 512;
/** What one file may say of its places; the rest of a file in more pieces is left out. */
const placesLimit = 4096;
/** Bits of a row's flags above its kind. */
const flag = { dated: 4, placed: 8, unreadable: 16, named: 32, wide: 64 } as const;

export function writeBlock(rows: readonly CatalogRow[]): BlockParts {
  const folded = rows.map(({ name }) => foldedName(name));
  return {
    names: Buffer.from(folded.map((name) => name + nameSeparator).join(''), 'utf8'),
    rows: writeRows(rows, folded),
    places: writePlaces(rows),
  };
}

/** Columns, each of all rows, since like is packed best beside like. */
function writeRows(rows: readonly CatalogRow[], folded: readonly string[]): Buffer {
  const codes = [...new Set(rows.flatMap(({ unreadable }) => unreadable ?? []))];
  const out = numberWriter();
  const texts: Buffer[] = [];
  out.unsigned(rows.length);
  for (const [at, row] of rows.entries()) out.unsigned(flagsOf(row, folded[at]!));
  delta(out, rows, (row) => row.id);
  delta(out, rows, (row) => row.parentId);
  for (const row of rows) out.unsigned(row.sizeBytes);
  delta(out, rows, (row) => row.modified);
  delta(out, rows, (row) => row.metadataOffset);
  for (const { unreadable } of rows) if (unreadable !== null) out.unsigned(codes.indexOf(unreadable));
  for (const [at, { name }] of rows.entries()) {
    if (name === folded[at]) continue;
    const bytes = Buffer.from(name, name.isWellFormed() ? 'utf8' : 'utf16le');
    out.unsigned(bytes.length);
    texts.push(bytes);
  }
  return join([Buffer.from(JSON.stringify(codes)), out.bytes(), Buffer.concat(texts)]);
}

function flagsOf(row: CatalogRow, folded: string): number {
  const { name, type, modified, metadataOffset, unreadable } = row;
  let flags = kinds.indexOf(type);
  if (modified !== null) flags += flag.dated;
  if (metadataOffset !== null) flags += flag.placed;
  if (unreadable !== null) flags += flag.unreadable;
  if (name !== folded) flags += flag.named + (name.isWellFormed() ? 0 : flag.wide);
  return flags;
}

type NumberWriter = ReturnType<typeof numberWriter>;

/** Each value as its distance from the one before; rows that have none say so in their flags. */
function delta(out: NumberWriter, rows: readonly CatalogRow[], value: (row: CatalogRow) => number | null): void {
  let last = 0;
  for (const row of rows) {
    const next = value(row);
    if (next === null) continue;
    out.signed(next - last);
    last = next;
  }
}

function writePlaces(rows: readonly CatalogRow[]): Buffer {
  const out = numberWriter();
  let last = 0;
  for (const { places } of rows) {
    const kept = places.slice(0, placesLimit);
    out.unsigned(kept.length);
    for (const { offset, length } of kept) {
      const [start, end] = [Math.floor(offset / unitBytes), Math.ceil((offset + length) / unitBytes)];
      out.signed(start - last);
      out.unsigned(end - start);
      last = end;
    }
  }
  return Buffer.from(out.bytes());
}

/** A block that was read. Columns are decoded at once, rows when they are asked for. */
export interface Block {
  readonly count: number;
  /** The folder that the row is in. */
  parentId(row: number): number;
  row(row: number): CatalogRow;
  foldedName(row: number): string;
  rows(): readonly CatalogRow[];
  /** The row of that number, of a block whose rows are in the order of their numbers. */
  find(id: number): CatalogRow | undefined;
}

/** Without places where none are given. @throws HostkeepError repository/catalog-damaged */
export function parseBlock(parts: Omit<BlockParts, 'places'> & { readonly places?: Buffer }): Block {
  const [codes, numbers, texts] = split(parts.rows);
  const columns = columnReader(numbers);
  const count = bounded(columns.one());
  const flags = columns.values(count);
  const ids = columns.distances(count);
  const parents = columns.distances(count);
  const more = once(() => moreColumns(columns, flags, codesOf(codes)));
  const folded = once(() => parts.names.toString('utf8').split(nameSeparator));
  const names = once(() => namesOf(folded(), flags, { lengths: more().nameLengths, texts }));
  const places = once(() => (parts.places === undefined ? undefined : placesOf(parts.places, count)));
  const row = (at: number): CatalogRow => {
    const { sizes, times, records, reasons } = more();
    const bits = flags[at]!;
    return {
      id: ids[at]!,
      parentId: parents[at]!,
      name: names()[at]!,
      type: kinds[bits & 3]!,
      sizeBytes: sizes[at]!,
      modified: (bits & flag.dated) === 0 ? null : times[at]!,
      unreadable: (bits & flag.unreadable) === 0 ? null : (reasons[at] ?? null),
      metadataOffset: (bits & flag.placed) === 0 ? null : records[at]!,
      places: places()?.[at] ?? [],
    };
  };
  return {
    count,
    parentId: (at) => parents[at]!,
    row,
    foldedName: (at) => folded()[at]!,
    rows: () => Array.from({ length: count }, (_, at) => row(at)),
    find(id) {
      const at = firstNotBelow(ids, id);
      return ids[at] === id ? row(at) : undefined;
    },
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

function firstNotBelow(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface MoreColumns {
  readonly sizes: Float64Array;
  readonly times: Float64Array;
  readonly records: Float64Array;
  readonly reasons: readonly (ErrorCode | undefined)[];
  readonly nameLengths: Float64Array;
}

function moreColumns(columns: ColumnReader, flags: Float64Array, codes: readonly ErrorCode[]): MoreColumns {
  const some = (bit: number, read: (count: number) => Float64Array): Float64Array => {
    const has = flags.map((bits) => ((bits & bit) === 0 ? 0 : 1));
    const values = read(has.reduce((sum, one) => sum + one, 0));
    let next = 0;
    return has.map((one) => (one === 0 ? 0 : values[next++]!));
  };
  const sizes = columns.values(flags.length);
  const times = some(flag.dated, columns.distances);
  const records = some(flag.placed, columns.distances);
  const reasons = some(flag.unreadable, columns.values);
  const nameLengths = some(flag.named, columns.values);
  return { sizes, times, records, reasons: Array.from(reasons, (reason) => codes[reason]), nameLengths };
}

function damaged(structure: string): HostkeepError {
  return new HostkeepError('repository/catalog-damaged', { structure });
}

function bounded(count: number): number {
  if (count > rowsPerBlock) throw damaged('rows');
  return count;
}

/** A newer version may know more reasons. */
function codesOf(text: Buffer): readonly ErrorCode[] {
  const otherwise = { code: 'repository/catalog-damaged', details: { structure: 'reasons' } } as const;
  return acceptJson(array(string()), text.toString('utf8'), otherwise).map((code) => (isErrorCode(code) ? code : 'internal/bug'));
}

function namesOf(
  folded: readonly string[],
  flags: Float64Array,
  own: { readonly lengths: Float64Array; readonly texts: Buffer },
): readonly string[] {
  const names = [...folded];
  if (names.length !== flags.length + 1) throw damaged('names');
  let at = 0;
  flags.forEach((bits, row) => {
    if ((bits & flag.named) === 0) return;
    const length = own.lengths[row]!;
    names[row] = own.texts.toString((bits & flag.wide) === 0 ? 'utf8' : 'utf16le', at, at + length);
    at += length;
  });
  if (at !== own.texts.length) throw damaged('names');
  return names;
}

function placesOf(bytes: Buffer, rows: number): readonly (readonly ByteRange[])[] {
  const reader = numberReader(bytes);
  let last = 0;
  return Array.from({ length: rows }, () => {
    const count = reader.unsigned();
    if (count > placesLimit) throw damaged('places');
    return Array.from({ length: count }, () => {
      const start = last + reader.signed();
      const units = reader.unsigned();
      last = start + units;
      return { offset: start * unitBytes, length: units * unitBytes };
    });
  });
}

/** Pieces with their lengths before them. */
function join(pieces: readonly Buffer[]): Buffer {
  return Buffer.concat(
    pieces.flatMap((piece) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(piece.length, 0);
      return [length, piece];
    }),
  );
}

function split(bytes: Buffer): readonly [Buffer, Buffer, Buffer] {
  let at = 0;
  const next = (): Buffer => {
    if (at + 4 > bytes.length) throw damaged('rows');
    const length = bytes.readUInt32LE(at);
    const piece = bytes.subarray(at + 4, at + 4 + length);
    if (piece.length !== length) throw damaged('rows');
    at += 4 + length;
    return piece;
  };
  return [next(), next(), next()];
}
