import { asHostkeepError, hasCode, type HostkeepError, type PointId, type RestorePoint } from '#contract';
import { catalogPoint, catalogViews, type CatalogView } from '#engine/catalog';
import { catalogFile, isCatalogLost, listCatalogs, type Repository } from '#engine/repository';
import { openGuest } from '../open-guest.ts';
import { volumesToCatalog } from './volumes.ts';

export interface CatalogueOptions {
  /** Restore points of the repository: where the nearest one that has a catalogue is looked for. */
  readonly points: readonly RestorePoint[];
  readonly signal: AbortSignal;
}

export interface Catalogues {
  /** The catalogue of a point; undefined where it has none that can be used. */
  existing(point: PointId): Promise<CatalogView | undefined>;
  /** The same, made where there is none: from the nearest point of the VM that has one, reading only what differs. */
  make(point: RestorePoint, options: CatalogueOptions): Promise<CatalogView>;
  /** Made from the restore point alone, whatever there is. */
  makeAnew(point: RestorePoint, options: CatalogueOptions): Promise<CatalogView>;
  /** Takes catalogues that were found damaged, and what stands upon them, for not being there; false where none of these does. */
  lose(file: string): boolean;
}

/** Opens catalogues, and keeps what several points share. Where files are listed and what changed is decided below: engine/catalog. */
export async function openCatalogues(repository: Repository, views = catalogViews(repository)): Promise<Catalogues> {
  const names = new Map(await listCatalogs(repository));
  const lost = new Set<string>();
  const existing = async (point: PointId): Promise<CatalogView | undefined> => {
    for (const name of (names.get(point) ?? []).toReversed()) {
      try {
        const view = await views.open(name);
        if (!view.stack.some((below) => lost.has(catalogFile(below)))) return view;
      } catch (error) {
        if (!isCatalogLost(error)) throw error;
      }
    }
    return undefined;
  };
  const nearest = async (point: RestorePoint, points: readonly RestorePoint[]): Promise<CatalogView | undefined> => {
    const others = points.filter((other) => other.id !== point.id && names.has(other.id) && isSameVm(other, point));
    const distance = (other: RestorePoint): number => Math.abs(other.time - point.time);
    for (const other of others.toSorted((a, b) => distance(a) - distance(b))) {
      const view = await existing(other.id);
      if (view !== undefined) return view;
    }
    return undefined;
  };
  const build = async (point: RestorePoint, options: CatalogueOptions, base?: CatalogView): Promise<CatalogView> => {
    const earlier = options.points.find(({ id }) => id === base?.point);
    const volumes = await volumesToCatalog(repository, { point, volumes: openGuest(repository, point), earlier });
    const { name } = await catalogPoint(repository, { point: point.id, volumes, base, signal: options.signal });
    names.set(point.id, [...(names.get(point.id) ?? []), name]);
    return views.open(name);
  };
  return {
    existing,
    makeAnew: build,
    async make(point, options) {
      const known = await existing(point.id);
      if (known !== undefined) return known;
      const base = await nearest(point, options.points);
      try {
        return await build(point, options, base);
      } catch (error) {
        // A part of the older catalogue may be damaged where nobody had looked yet.
        if (base === undefined || !isCatalogLost(error)) throw error;
        return build(point, options);
      }
    },
    lose(file) {
      const isNew = !lost.has(file) && [...names.values()].flat().some((name) => catalogFile(name) === file);
      lost.add(file);
      return isNew;
    },
  };
}

/** By the host's id where there is one: names need not differ. */
export function isSameVm(a: RestorePoint, b: RestorePoint): boolean {
  return a.vmId === null && b.vmId === null ? a.vm === b.vm : a.vmId === b.vmId;
}

/**
 * Catalogues points one after the other, which never harms them: what fails is told, and costs only the search.
 * Cancelling ends it without a failure.
 */
export async function cataloguePoints(
  repository: Repository,
  wanted: readonly RestorePoint[],
  options: CatalogueOptions & { readonly anew?: boolean; readonly onPoint?: (point: RestorePoint) => void },
): Promise<readonly { readonly point: RestorePoint; readonly error: HostkeepError }[]> {
  const catalogues = await openCatalogues(repository);
  const failed: { point: RestorePoint; error: HostkeepError }[] = [];
  for (const point of wanted) {
    if (options.signal.aborted) break;
    options.onPoint?.(point);
    try {
      await (options.anew === true ? catalogues.makeAnew(point, options) : catalogues.make(point, options));
    } catch (error) {
      if (hasCode(error, 'input/cancelled') || options.signal.aborted) break;
      failed.push({ point, error: asHostkeepError(error) });
    }
  }
  return failed;
}
