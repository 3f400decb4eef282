import {
  asHostkeepError,
  hasCode,
  HostkeepError,
  isErrorCode,
  type FoundFileView,
  type RestorePoint,
  type SearchView,
  type UnlistedPoint,
  type UnlistedVolume,
} from '#contract';
import { parsePattern, searchPoints, type CatalogViews, type FoundFile, type SearchedPoint } from '#engine/catalog';
import { listPoints, type Repository } from '#engine/repository';
import { isSameVm, openCatalogues, type Catalogues } from './catalogue.ts';

export interface FindOptions {
  readonly pattern: string;
  /** Name or id; null for all. */
  readonly vm: string | null;
  /** Restore points that are older are not searched. */
  readonly since: number | null;
  readonly limit: number;
  /** Whether files of points that have no catalogue are listed now, which takes its time. */
  readonly catalogue: boolean;
  /** Catalogues that are open already. */
  readonly views?: CatalogViews;
  readonly onPoint?: (point: RestorePoint) => void;
  readonly signal: AbortSignal;
}

/** Files by name, wildcard or path, over all restore points. @throws HostkeepError input/invalid, input/not-found, input/cancelled */
export async function findFiles(repository: Repository, options: FindOptions): Promise<SearchView> {
  const pattern = parsePattern(options.pattern);
  const { points } = await listPoints(repository);
  const catalogues = await openCatalogues(repository, options.views);
  const files: FoundFileView[] = [];
  const unlisted: UnlistedPoint[] = [];
  const unlistedVolumes: UnlistedVolume[] = [];
  let [count, more] = [0, false];
  for (const ofVm of byVm(wantedPoints(points, options))) {
    const left = options.limit - files.length;
    const { searched, found } = await searchSound(catalogues, async () => {
      const searched = await pointsToSearch(catalogues, ofVm, { ...options, points });
      return {
        searched,
        found:
          left > 0
            ? await searchPoints(searched.points, pattern, { limit: left, signal: options.signal })
            : { files: [], more: true },
      };
    });
    unlisted.push(...searched.unlisted);
    count += searched.points.length;
    unlistedVolumes.push(...volumesUnlisted(ofVm.at(-1)!, searched.points.at(-1)));
    const timeOf = new Map(searched.points.map(({ point, time }) => [point, time]));
    files.push(...found.files.slice(0, Math.max(0, left)).map((file) => viewOf(ofVm.at(-1)!, file, timeOf)));
    more ||= found.more || found.files.length > left;
  }
  return { files, more, points: count, unlisted, unlistedVolumes };
}

/** What was damaged where nobody had looked yet is made anew, or told as not listed. */
export async function searchSound<Result>(catalogues: Catalogues, search: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await search();
    } catch (error) {
      const file = hasCode(error, 'repository/catalog-damaged') ? error.details['file'] : undefined;
      if (typeof file !== 'string' || !catalogues.lose(file)) throw error;
    }
  }
}

function viewOf(vm: RestorePoint, file: FoundFile, timeOf: ReadonlyMap<string, number>): FoundFileView {
  const { path, name, type, gone } = file;
  const versions = file.versions.map(({ points, sizeBytes, modified, unreadable }) => ({
    points: points.map((id) => ({ id, time: timeOf.get(id) ?? 0 })),
    sizeBytes,
    modified,
    unreadable,
  }));
  return { vm: vm.vm, vmId: vm.vmId, path, name, type, gone, versions };
}

/** @throws HostkeepError input/not-found where no restore point is of that VM */
function wantedPoints(points: readonly RestorePoint[], { vm, since }: FindOptions): readonly RestorePoint[] {
  const isWanted = (point: RestorePoint): boolean =>
    vm === null || [point.vm, point.vmId].some((one) => one?.toLowerCase() === vm.toLowerCase());
  const ofVm = points.filter(isWanted);
  if (vm !== null && ofVm.length === 0) throw new HostkeepError('input/not-found', { vm });
  return ofVm.filter(({ time }) => since === null || time >= since);
}

/** Points of each VM, oldest first. */
export function byVm(points: readonly RestorePoint[]): readonly (readonly RestorePoint[])[] {
  const groups: RestorePoint[][] = [];
  for (const point of points) {
    const group = groups.find(([first]) => isSameVm(first!, point));
    if (group === undefined) groups.push([point]);
    else group.push(point);
  }
  return groups;
}

/** Those that have a catalogue, or get one now; the newest first, since older ones are made from it. */
export async function pointsToSearch(
  catalogues: Catalogues,
  ofVm: readonly RestorePoint[],
  options: Pick<FindOptions, 'catalogue' | 'onPoint' | 'signal'> & { readonly points: readonly RestorePoint[] },
): Promise<{ readonly points: readonly SearchedPoint[]; readonly unlisted: readonly UnlistedPoint[] }> {
  const points: SearchedPoint[] = [];
  const unlisted: UnlistedPoint[] = [];
  const make = async (point: RestorePoint): Promise<SearchedPoint['view']> => {
    const known = await catalogues.existing(point.id);
    if (known !== undefined) return known;
    if (!options.catalogue) throw new HostkeepError('recovery/not-catalogued', { point: point.id });
    options.onPoint?.(point);
    return catalogues.make(point, options);
  };
  for (const point of ofVm.toReversed()) {
    options.signal.throwIfAborted();
    try {
      points.push({ point: point.id, time: point.time, view: await make(point) });
    } catch (error) {
      if (hasCode(error, 'input/cancelled')) throw error;
      unlisted.push({ point: point.id, vm: point.vm, time: point.time, code: asHostkeepError(error).code });
    }
  }
  return { points: points.toReversed(), unlisted };
}

function volumesUnlisted({ vm }: RestorePoint, newest: SearchedPoint | undefined): readonly UnlistedVolume[] {
  return (newest?.view.volumes ?? []).flatMap(({ about: { path, kind, unreadable } }) =>
    unreadable === null ? [] : [{ vm, path, kind, code: isErrorCode(unreadable) ? unreadable : 'internal/bug' }],
  );
}
