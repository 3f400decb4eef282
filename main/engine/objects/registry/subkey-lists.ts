import type { Cells } from './cells.ts';
import type { HiveKey } from './hive.ts';
import { corrupt } from './layout.ts';

type Tell = (error: unknown) => void;

/** [REGF] "Subkeys list": `li`, `lf` and `lh` name keys, `ri` names such lists and is not nested. */
export async function* subkeyOffsets(cells: Cells, key: HiveKey, tell: Tell): AsyncIterable<number> {
  const seen = { count: 0 };
  try {
    const list = await cells.cell(key.node.subkeyList, 'subkeys');
    if (list.ascii(0, 2) !== 'ri') {
      yield* leafOffsets(cells, key, key.node.subkeyList, seen);
    } else {
      const lists = list.u16(2);
      for (let at = 0; at < lists; at += 1) yield* guarded(leafOffsets(cells, key, list.u32(4 + at * 4), seen), tell);
    }
    if (seen.count !== key.subkeys) throw corrupt('subkeys', { listed: seen.count, expected: key.subkeys });
  } catch (error) {
    tell(error);
  }
}

async function* guarded(offsets: AsyncIterable<number>, tell: Tell): AsyncIterable<number> {
  try {
    yield* offsets;
  } catch (error) {
    tell(error);
  }
}

async function* leafOffsets(cells: Cells, key: HiveKey, offset: number, seen: { count: number }): AsyncIterable<number> {
  const list = await cells.cell(offset, 'subkeys');
  const kind = list.ascii(0, 2);
  const step = kind === 'lf' || kind === 'lh' ? 8 : 4;
  if (step === 4 && kind !== 'li') throw corrupt('subkeys', { cell: offset, kind });
  const count = list.u16(2);
  for (let at = 0; at < count; at += 1) {
    // The key's own number bounds the work, however often a list is named.
    if (seen.count >= key.subkeys) throw corrupt('subkeys', { expected: key.subkeys });
    seen.count += 1;
    yield list.u32(4 + at * step);
  }
}
