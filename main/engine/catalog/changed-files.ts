import type { ByteRange } from '#contract';
import { pathsOf } from './folder-table.ts';
import type { CatalogRow } from './row.ts';
import { overlapBytes } from './touched.ts';
import { blockRows, type VolumeView } from './view.ts';

export interface ChangedFile {
  /** From the volume's root. */
  readonly path: string;
  readonly sizeBytes: number;
  /** How much of where its content lies changed. */
  readonly changedBytes: number;
}

export interface ChangedFiles {
  /** Largest change first. */
  readonly files: readonly ChangedFile[];
  /** Of the whole volume, and how much of that lies in files. */
  readonly changedBytes: number;
  readonly inFilesBytes: number;
}

/** Which files the changed ranges of a volume lie in. At most `limit` are named. A file with several names is told by one of them. */
export async function changedFiles(view: VolumeView, changed: readonly ByteRange[], limit: number): Promise<ChangedFiles> {
  const found = new Map<number, { readonly row: CatalogRow; readonly changedBytes: number }>();
  let inFilesBytes = 0;
  if (changed.length > 0) {
    for (const [at, layer] of view.layers.entries()) {
      for (const block of layer.about.blocks) {
        for (const row of await blockRows(layer, block, { places: true })) {
          if (row.type !== 'file' || row.places.length === 0 || found.has(row.id)) continue;
          const changedBytes = row.places.reduce((sum, place) => sum + overlapBytes(changed, place), 0);
          if (changedBytes === 0 || !view.counts(at, row)) continue;
          inFilesBytes += changedBytes;
          found.set(row.id, { row, changedBytes });
        }
      }
    }
  }
  const largest = [...found.values()].toSorted((a, b) => b.changedBytes - a.changedBytes).slice(0, limit);
  const pathOf = pathsOf(view.folderOf);
  const files: ChangedFile[] = [];
  for (const { row, changedBytes } of largest)
    files.push({ path: (await pathOf(row)) ?? row.name, sizeBytes: row.sizeBytes, changedBytes });
  return { files, changedBytes: changed.reduce((sum, { length }) => sum + length, 0), inFilesBytes };
}
