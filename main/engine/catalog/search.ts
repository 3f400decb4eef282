import { setImmediate } from 'node:timers/promises';
import type { ErrorCode, PointId } from '#contract';
import type { FileKind } from '../formats/file-system.ts';
import { pathsOf } from './folder-table.ts';
import type { Pattern } from './pattern.ts';
import type { CatalogRow } from './row.ts';
import { folderTest, searchLayer } from './search-layer.ts';
import type { CatalogView, VolumeLayer, VolumeView } from './view.ts';
import { whereFits } from './where-fits.ts';

/** Rows that are looked at before others have their turn. */
const rowsATurn = 2000;

/** A restore point to search, of one VM. */
export interface SearchedPoint {
  readonly point: PointId;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly view: CatalogView;
}

/** A file as it was in some restore points of a VM, one after the other. */
export interface FoundVersion {
  /** Oldest first. */
  readonly points: readonly PointId[];
  readonly sizeBytes: number;
  readonly modified: number | null;
  readonly unreadable: ErrorCode | null;
  readonly row: CatalogRow;
}

export interface FoundFile {
  /** As it is given to `ls` and `restore-files`. */
  readonly path: string;
  readonly name: string;
  readonly type: FileKind;
  /** Newest first; of equal ones next to each other there is one. */
  readonly versions: readonly FoundVersion[];
  /** Whether the newest of the searched points has it no more. */
  readonly gone: boolean;
}

export interface Found {
  readonly files: readonly FoundFile[];
  /** Whether there are more than were wanted. */
  readonly more: boolean;
}

interface Hit {
  readonly row: CatalogRow;
  readonly layer: VolumeLayer;
}

/**
 * Files of one VM whose names fit, over all the points given, oldest first. What several points share is searched once. At most `limit`
 * names are kept, and followed further.
 */
export async function searchPoints(
  points: readonly SearchedPoint[],
  pattern: Pattern,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
): Promise<Found> {
  const { hits, more } = await collectHits(points, pattern, { limit, signal });
  const files = new Map<string, { readonly row: CatalogRow; readonly versions: Version[] }>();
  for (const point of points) {
    for (const volume of point.view.volumes) {
      const pathOf = pathsOf(volume.folderOf);
      for (const { row, layer } of hits.get(volume.about.path) ?? []) {
        const at = volume.layers.findIndex(({ key }) => key === layer.key);
        if (at === -1 || !volume.counts(at, row)) continue;
        const path = await pathOf(row);
        if (path === undefined || pattern.matchesPath?.(path) === false) continue;
        noteVersion(files, `${volume.about.path}${path}`, { row, point: point.point });
      }
    }
  }
  const newest = points.at(-1)?.point;
  return { more, files: [...files].map(([path, { row, versions }]) => foundFile(path, row, versions, newest)) };
}

interface Version {
  readonly points: PointId[];
  readonly row: CatalogRow;
}

/** Hits by the path of their volume; the newest layers first, so that what is left out at a limit is the oldest. */
async function collectHits(
  points: readonly SearchedPoint[],
  pattern: Pattern,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
): Promise<{ readonly hits: ReadonlyMap<string, readonly Hit[]>; readonly more: boolean }> {
  const hits = new Map<string, Hit[]>();
  let [count, looked] = [0, 0];
  for (const [path, layers] of layersByVolume(points)) {
    const list: Hit[] = [];
    hits.set(path, list);
    const inFolder = await folderTest(layers, pattern);
    const fits = whereFits(volumesAt(points, path), pattern);
    for (const layer of layers) {
      for await (const row of searchLayer(layer, pattern, inFolder)) {
        if ((looked += 1) % rowsATurn === 0) await othersTurn(signal);
        if (!(await fits(row, layer))) continue;
        if (count >= limit) return { hits, more: true };
        list.push({ row, layer });
        count += 1;
      }
      await othersTurn(signal);
    }
  }
  return { hits, more: false };
}

/** A search may be long, and whoever asked may have gone. */
async function othersTurn(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

function volumesAt(points: readonly SearchedPoint[], path: string): readonly VolumeView[] {
  return points.flatMap(({ view }) => view.volumes.filter(({ about }) => about.path === path));
}

/** Each layer once, however many points share it. */
function layersByVolume(points: readonly SearchedPoint[]): ReadonlyMap<string, readonly VolumeLayer[]> {
  const found = new Map<string, Map<string, VolumeLayer>>();
  for (const { about, layers } of points.toReversed().flatMap(({ view }) => view.volumes)) {
    const known = found.get(about.path) ?? new Map<string, VolumeLayer>();
    found.set(about.path, known);
    for (const layer of layers.toReversed()) if (!known.has(layer.key)) known.set(layer.key, layer);
  }
  return new Map([...found].map(([path, layers]) => [path, [...layers.values()]]));
}

function noteVersion(
  files: Map<string, { readonly row: CatalogRow; readonly versions: Version[] }>,
  path: string,
  of: { readonly row: CatalogRow; readonly point: PointId },
): void {
  const known = files.get(path);
  const last = known?.versions.at(-1);
  if (known === undefined) files.set(path, { row: of.row, versions: [{ row: of.row, points: [of.point] }] });
  else if (last !== undefined && isSame(last.row, of.row)) last.points.push(of.point);
  else known.versions.push({ row: of.row, points: [of.point] });
}

/** By size and time; another file of that name with both equal counts as the same. */
export function isSame(a: CatalogRow, b: CatalogRow): boolean {
  return a.sizeBytes === b.sizeBytes && a.modified === b.modified && a.type === b.type && a.unreadable === b.unreadable;
}

function foundFile(path: string, row: CatalogRow, versions: readonly Version[], newest: PointId | undefined): FoundFile {
  return {
    path,
    name: row.name,
    type: versions.at(-1)!.row.type,
    versions: versions
      .map((version) => ({
        points: version.points,
        sizeBytes: version.row.sizeBytes,
        modified: version.row.modified,
        unreadable: version.row.unreadable,
        row: version.row,
      }))
      .toReversed(),
    gone: newest === undefined || !versions.at(-1)!.points.includes(newest),
  };
}
