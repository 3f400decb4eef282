import { blockRows, type VolumeLayer } from './view.ts';
import { nameSeparator, type CatalogRow } from './row.ts';
import type { Pattern } from './pattern.ts';

/** Blocks of names that are read at once. */
const blocksPerRead = 64;
const separator = Buffer.from(nameSeparator);

/** Rows of one layer whose names fit, whether they still count or not. Names are searched as they lie; only blocks with a hit are decoded. */
export async function* searchLayer(layer: VolumeLayer, pattern: Pattern): AsyncIterable<CatalogRow> {
  const { blocks } = layer.about;
  for (let first = 0; first < blocks.length; first += blocksPerRead) {
    const some = blocks.slice(first, first + blocksPerRead);
    const parts = await layer.catalog.neighbours(some[0]!.names, some.at(-1)!.names + 1);
    for (const [at, block] of some.entries()) {
      const hits = matchesIn(parts[at]!, pattern);
      if (hits.length === 0) continue;
      const rows = await blockRows(layer, block, { places: false });
      for (const hit of hits) if (rows[hit] !== undefined) yield rows[hit];
    }
  }
}

/** Numbers of the rows of a block whose names fit. */
export function matchesIn(names: Buffer, pattern: Pattern): readonly number[] {
  return pattern.literal.length === 0 ? matchAll(names, pattern) : matchAround(names, pattern);
}

function matchAll(names: Buffer, pattern: Pattern): readonly number[] {
  return names
    .toString('utf8')
    .split(nameSeparator)
    .flatMap((name, row) => (name !== '' && pattern.matchesName(name) ? row : []));
}

function matchAround(names: Buffer, pattern: Pattern): readonly number[] {
  const hits: number[] = [];
  let [row, counted] = [0, 0];
  for (let at = names.indexOf(pattern.literal); at !== -1;) {
    // Separators between the last hit and this one tell its row.
    for (let next = names.indexOf(0, counted); next !== -1 && next < at; next = names.indexOf(0, counted)) {
      row += 1;
      counted = next + 1;
    }
    const end = names.indexOf(separator, at);
    if (pattern.matchesName(names.toString('utf8', counted, end))) hits.push(row);
    at = names.indexOf(pattern.literal, end + 1);
  }
  return hits;
}
