import type { ByteRange } from '#contract';
import type { CatalogRow } from './row.ts';
import { overlapBytes } from './touched.ts';
import { blockRows, type VolumeView } from './view.ts';

/** Rows that count and whose records changed; whole blocks of rows are passed over. */
export async function* rowsNear(view: VolumeView, changed: readonly ByteRange[], recordBytes: number): AsyncIterable<CatalogRow> {
  for (const [at, layer] of view.layers.entries()) {
    for (const block of layer.about.blocks) {
      if (block.records === null) continue;
      const [offset, last] = block.records;
      if (overlapBytes(changed, { offset, length: last - offset + recordBytes }) === 0) continue;
      for (const row of await blockRows(layer, block, { places: false })) {
        const { metadataOffset } = row;
        const isNear = metadataOffset !== null && overlapBytes(changed, { offset: metadataOffset, length: recordBytes }) > 0;
        if (isNear && view.counts(at, row)) yield row;
      }
    }
  }
}
