import { parseBlock, type Block } from './read-block.ts';
import type { NamePattern, Pattern } from './pattern.ts';
import { nameSeparator, type CatalogRow } from './row.ts';
import type { VolumeLayer } from './view.ts';

/** Blocks of names that are read at once. */
const blocksPerRead = 64;
const separator = Buffer.from(nameSeparator);

/** Whether files may lie in the folder of that number. */
export type FolderTest = (id: number) => boolean;

/** Rows of one layer whose names fit, whether they still count or not. Names are searched as they lie; only blocks with a hit are decoded. */
export async function* searchLayer(layer: VolumeLayer, pattern: Pattern, inFolder: FolderTest): AsyncIterable<CatalogRow> {
  const { blocks } = layer.about;
  for (let first = 0; first < blocks.length; first += blocksPerRead) {
    const some = blocks.slice(first, first + blocksPerRead);
    const parts = await layer.catalog.neighbours(some[0]!.names, some.at(-1)!.names + 1);
    for (const [at, { rows }] of some.entries()) {
      const names = parts[at]!;
      const load = async (): Promise<Block> => parseBlock({ names, rows: await layer.catalog.part(rows) });
      yield* pattern.folder === undefined ? byName(names, pattern, load) : byFolder(names, pattern, { load, inFolder });
    }
  }
}

async function* byName(names: Buffer, pattern: NamePattern, load: () => Promise<Block>): AsyncIterable<CatalogRow> {
  const hits = matchesIn(names, pattern);
  if (hits.length === 0) return;
  const block = await load();
  for (const hit of hits) if (hit < block.count) yield block.row(hit);
}

/** Few files lie in the right folder; only their names are looked at. */
async function* byFolder(
  names: Buffer,
  pattern: NamePattern,
  of: { readonly load: () => Promise<Block>; readonly inFolder: FolderTest },
): AsyncIterable<CatalogRow> {
  if (names.indexOf(pattern.literal) === -1) return;
  const block = await of.load();
  for (let row = 0; row < block.count; row += 1)
    if (of.inFolder(block.parentId(row)) && pattern.matchesName(block.foldedName(row))) yield block.row(row);
}

/** By the names that folders had in any of these layers; whether they had them at the same time, the path tells. */
export async function folderTest(layers: readonly VolumeLayer[], pattern: Pattern): Promise<FolderTest> {
  const { folder } = pattern;
  if (folder === undefined) return () => true;
  const fitting = new Set<number>();
  for (const { about, catalog } of layers) {
    for (const { names, rows } of about.folders) {
      const part = await catalog.part(names);
      const hits = matchesIn(part, folder);
      if (hits.length === 0) continue;
      const block = parseBlock({ names: part, rows: await catalog.part(rows) });
      for (const hit of hits) if (hit < block.count) fitting.add(block.row(hit).id);
    }
  }
  return (id) => fitting.has(id);
}

/** Numbers of the rows of a block whose names fit. */
export function matchesIn(names: Buffer, pattern: NamePattern): readonly number[] {
  return pattern.literal.length === 0 ? matchAll(names, pattern) : matchAround(names, pattern);
}

function matchAll(names: Buffer, pattern: NamePattern): readonly number[] {
  return names
    .toString('utf8')
    .split(nameSeparator)
    .flatMap((name, row) => (name !== '' && pattern.matchesName(name) ? row : []));
}

function matchAround(names: Buffer, pattern: NamePattern): readonly number[] {
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
