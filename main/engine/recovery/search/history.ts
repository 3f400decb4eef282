import { HostkeepError, type FileHistoryView, type FileVersion, type RestorePoint } from '#contract';
import { exactPattern, searchPoints, type FoundVersion } from '#engine/catalog';
import { listPoints, type Repository } from '#engine/repository';
import { parseGuestPath, textOf } from '../guest-path.ts';
import { openGuest } from '../open-guest.ts';
import { openCatalogues } from './catalogue.ts';
import { contentKey } from './content-key.ts';
import { piecesOf } from './volumes.ts';
import { byVm, pointsToSearch, searchSound, type FindOptions } from './find-files.ts';

export type HistoryOptions = Pick<FindOptions, 'catalogue' | 'onPoint' | 'signal'> & {
  /** The point in which the file was found. */
  readonly point: RestorePoint;
  readonly path: string;
};

/**
 * A file over all restore points of its VM. Versions next to each other are one where size, time and the stored pieces of their content
 * are the same. @throws HostkeepError recovery/path-not-found, recovery/not-a-file
 */
export async function historyOf(repository: Repository, options: HistoryOptions): Promise<FileHistoryView> {
  const path = parseGuestPath(options.path);
  if (path.place === undefined || path.names.length === 0) throw new HostkeepError('recovery/not-a-file', { path: options.path });
  const { points } = await listPoints(repository);
  const ofVm = byVm(points).find((group) => group.some(({ id }) => id === options.point.id)) ?? [options.point];
  const catalogues = await openCatalogues(repository);
  const { searched, files } = await searchSound(catalogues, async () => {
    const searched = await pointsToSearch(catalogues, ofVm, { ...options, points });
    const found = await searchPoints(searched.points, exactPattern(path.names), { limit: Infinity, signal: options.signal });
    return { searched, files: found.files };
  });
  const wanted = textOf(path).toLowerCase();
  const found = files.filter((file) => file.path.toLowerCase() === wanted);
  const exact = found.find((file) => file.path === textOf(path)) ?? found[0];
  if (exact === undefined && searched.unlisted.length === 0)
    throw new HostkeepError('recovery/path-not-found', { path: options.path });
  const versions: FileVersion[] = [];
  const byId = new Map(ofVm.map((point) => [point.id, point]));
  for (const version of exact?.versions ?? []) versions.push(...(await byContent(repository, { version, path, byId })));
  const seen = new Set(versions.flatMap((version) => version.points.map(({ id }) => id)));
  const absent = searched.points.map(({ point }) => point).filter((id) => !seen.has(id));
  return { vm: options.point.vm, path: exact?.path ?? textOf(path), versions, absent, unlisted: searched.unlisted };
}

interface OfVersion {
  readonly version: FoundVersion;
  readonly path: ReturnType<typeof parseGuestPath>;
  readonly byId: ReadonlyMap<string, RestorePoint>;
}

/** Programs may write without changing size or time: databases do. What is stored tells. Newest first, as all versions. */
async function byContent(repository: Repository, { version, path, byId }: OfVersion): Promise<readonly FileVersion[]> {
  const { sizeBytes, modified, unreadable } = version;
  const groups: { key: string | null; points: { id: string; time: number }[] }[] = [];
  for (const id of version.points) {
    const point = byId.get(id)!;
    const key = version.row.type === 'file' && version.points.length > 1 ? await keyOf(repository, point, path) : null;
    const last = groups.at(-1);
    if (last !== undefined && last.key === key) last.points.push({ id, time: point.time });
    else groups.push({ key, points: [{ id, time: point.time }] });
  }
  return groups.map(({ points }) => ({ points, sizeBytes, modified, unreadable })).toReversed();
}

async function keyOf(repository: Repository, point: RestorePoint, path: OfVersion['path']): Promise<string | null> {
  const volumes = openGuest(repository, point);
  const { fileSystem, node } = await volumes.find(path);
  return contentKey(repository, { point, pieces: await piecesOf(volumes, path.place!), fileSystem, node });
}
