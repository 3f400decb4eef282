import { pathsOf } from './folder-table.ts';
import type { Pattern } from './pattern.ts';
import type { CatalogRow } from './row.ts';
import type { VolumeLayer, VolumeView } from './view.ts';

/** Folders whose places are remembered: of a volume with more of them some are looked up again. */
const mostFolders = 50_000;

/** Whether the path of a row, whose name fits, fits in any of the points. */
export type WhereFits = (row: CatalogRow, layer: VolumeLayer) => Promise<boolean>;

/** By the path of the folder that a row is in, which is the same for all that are in it. The points are given as one volume has been in them. */
export function whereFits(volumes: readonly VolumeView[], { matchesPath }: Pattern): WhereFits {
  if (matchesPath === undefined) return async () => true;
  const newestFirst = volumes.toReversed();
  const most = Math.max(100, Math.floor(mostFolders / newestFirst.length));
  const places = newestFirst.map((volume) => ({
    volume,
    pathOf: pathsOf(volume.folderOf, most),
    fits: new Map<number, boolean>(),
  }));
  return async (row, layer) => {
    for (const { volume, pathOf, fits } of places) {
      const at = volume.layers.findIndex(({ key }) => key === layer.key);
      if (at === -1 || !volume.counts(at, row)) continue;
      let isFit = row.id === row.parentId ? undefined : fits.get(row.parentId);
      if (isFit === undefined) {
        const path = await pathOf(row);
        isFit = path !== undefined && matchesPath(path);
        if (fits.size >= most) fits.clear();
        if (row.id !== row.parentId) fits.set(row.parentId, isFit);
      }
      if (isFit) return true;
    }
    return false;
  };
}
