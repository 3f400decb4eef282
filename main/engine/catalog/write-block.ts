import { flag, kinds, placesLimit, unitBytes, type BlockParts } from './block-layout.ts';
import { numberWriter } from './numbers.ts';
import { foldedName, nameSeparator, type CatalogRow } from './row.ts';

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
