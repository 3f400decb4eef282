import { isErrorCode, type BigView, type RestorePoint } from '#contract';
import { changedFiles, type CatalogView } from '#engine/catalog';
import { listPoints, type Repository } from '#engine/repository';
import { parseGuestPath } from '../guest-path.ts';
import { openGuest } from '../open-guest.ts';
import { isSameVm, openCatalogues } from './catalogue.ts';
import { searchSound } from './find-files.ts';
import { changedRanges, diskChanges, lookedUpOnce, onVolume, piecesOf, type ChangesOfDisk } from './volumes.ts';

/** What made a backup big: what of its disks may hold other bytes than the restore point before, by file. */
export async function changesOf(
  repository: Repository,
  point: RestorePoint,
  options: { readonly limit: number; readonly signal: AbortSignal },
): Promise<BigView> {
  const { points } = await listPoints(repository);
  const earlier = points.findLast((other) => other.time < point.time && other.id !== point.id && isSameVm(other, point));
  const changes = changesSince(repository, point, earlier);
  const catalogues = await openCatalogues(repository);
  const { found, ofVolumes } = await searchSound(catalogues, async () =>
    filesOf(
      repository,
      { point, changes, limit: options.limit },
      await catalogues.make(point, { points, signal: options.signal }),
    ),
  );
  const largest = found.toSorted((a, b) => b.changedBytes - a.changedBytes).slice(0, options.limit);
  return {
    point: point.id,
    since: earlier?.id ?? null,
    changedBytes: await totalOf(point, changes),
    storedBytes: point.disks.reduce((sum, disk) => sum + disk.newBytes, 0),
    files: largest,
    volumes: ofVolumes,
  };
}

interface OfPoint {
  readonly point: RestorePoint;
  readonly changes: ChangesOfDisk;
  readonly limit: number;
}

async function filesOf(repository: Repository, { point, changes, limit }: OfPoint, view: CatalogView) {
  const volumes = openGuest(repository, point);
  const found: BigView['files'][number][] = [];
  const ofVolumes: BigView['volumes'][number][] = [];
  for (const volume of view.volumes) {
    const { path, unreadable } = volume.about;
    const place = parseGuestPath(path).place!;
    const pieces = await piecesOf(volumes, place);
    const changed = (await onVolume(pieces, changes)) ?? [];
    const { files, changedBytes, inFilesBytes } = await changedFiles(volume, changed, limit);
    found.push(...files.map((file) => ({ ...file, path: `${path}${file.path}` })));
    ofVolumes.push({
      path,
      changedBytes,
      inFilesBytes,
      // Where nobody can tell where it lies, nobody can tell what changed of it.
      unreadable:
        pieces.length === 0
          ? 'format/lvm-unsupported'
          : unreadable === null || isErrorCode(unreadable)
            ? unreadable
            : 'internal/bug',
    });
  }
  return { found, ofVolumes };
}

const emptyMap = '0'.repeat(32);

/** Of a first backup, and of a disk that was not there before, all that is not empty counts. */
function changesSince(repository: Repository, point: RestorePoint, earlier: RestorePoint | undefined): ChangesOfDisk {
  const changes = diskChanges(repository, point, earlier);
  return lookedUpOnce(async (index) => {
    const disk = point.disks.find((candidate) => candidate.index === index);
    if (disk === undefined) return undefined;
    return (await changes(index)) ?? changedRanges(repository, { map: emptyMap, sizeBytes: disk.sizeBytes }, disk);
  });
}

async function totalOf(point: RestorePoint, changes: ChangesOfDisk): Promise<number> {
  let total = 0;
  for (const { index } of point.disks) total += ((await changes(index)) ?? []).reduce((sum, { length }) => sum + length, 0);
  return total;
}
