import { array, string } from 'valibot';
import { acceptJson, HostkeepError, isErrorCode, type ByteRange, type ErrorCode } from '#contract';
import { flag, kinds, placesLimit, rowsPerBlock, unitBytes, type BlockParts } from './block-layout.ts';
import { columnReader, numberReader, type ColumnReader } from './numbers.ts';
import { nameSeparator, type CatalogRow } from './row.ts';

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
