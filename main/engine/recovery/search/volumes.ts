import { createHash } from 'node:crypto';
import { hasCode, type ByteRange, type DiskRecord, type PointId, type RestorePoint } from '#contract';
import type { VolumeToCatalog } from '#engine/catalog';
import { coalesce } from '#engine/blocks';
import { firstEndingAfter, onceEach } from '#engine/bytes';
import { mapDifference, type Repository } from '#engine/repository';
import type { GuestVolume, GuestVolumes, VolumePiece } from '../guest-volumes.ts';

/** What is no place of files of its own: what lies on it is another volume's, or nobody's. */
const withoutFiles: readonly GuestVolume['kind'][] = ['LVM', 'swap', 'unknown'];

interface OfPoint {
  readonly point: RestorePoint;
  readonly volumes: GuestVolumes;
  /** The point that changes are counted from. */
  readonly earlier: RestorePoint | undefined;
}

/** The volumes of a point on which files can lie, and how they differ from an earlier one. */
export async function volumesToCatalog(repository: Repository, of: OfPoint): Promise<readonly VolumeToCatalog[]> {
  const { point, volumes, earlier } = of;
  const changes = diskChanges(repository, point, earlier);
  const found: VolumeToCatalog[] = [];
  for (const { place, path, kind } of await volumes.all()) {
    if (withoutFiles.includes(kind)) continue;
    const pieces = await piecesOf(volumes, place);
    found.push({
      path,
      kind,
      identity: `${kind}/${identityOf(point, pieces)}`,
      open: () => volumes.fileSystem(place),
      async changedSince(id: PointId) {
        return id === earlier?.id && pieces.length > 0 ? onVolume(pieces, changes) : undefined;
      },
    });
  }
  return found;
}

/** A volume that cannot be put together says why when it is opened. */
export async function piecesOf(volumes: GuestVolumes, place: GuestVolume['place']): Promise<readonly VolumePiece[]> {
  try {
    return await volumes.pieces(place);
  } catch (error) {
    if (hasCode(error, 'format/lvm-unsupported', 'format/lvm-incomplete', 'format/lvm-corrupt')) return [];
    throw error;
  }
}

function identityOf(point: RestorePoint, pieces: readonly VolumePiece[]): string {
  const placed = pieces.map(({ disk, offset, length }) => [diskNamed(point, disk), offset, length]);
  return createHash('sha256').update(JSON.stringify(placed)).digest('hex').slice(0, 32);
}

function diskNamed(point: RestorePoint, index: number): string {
  return point.disks.find((disk) => disk.index === index)?.diskId ?? `disk${index}`;
}

/** In order. */
export type ChangesOfDisk = (disk: number) => Promise<readonly ByteRange[] | undefined>;

/** The changed ranges of each disk since an earlier point, looked up once; undefined where a disk was not there. */
export function diskChanges(repository: Repository, point: RestorePoint, earlier: RestorePoint | undefined): ChangesOfDisk {
  return lookedUpOnce(async (index) => {
    const [now, before] = [diskAt(point, index), diskAt(earlier, index)];
    if (now === undefined || before === undefined || now.diskId !== before.diskId) return undefined;
    return changedRanges(repository, before, now);
  });
}

/** The changes of a disk are asked for by each of its volumes. */
export function lookedUpOnce(load: ChangesOfDisk): ChangesOfDisk {
  const kept = onceEach<number, readonly ByteRange[] | undefined>();
  return (index) => kept(index, () => load(index));
}

function diskAt(point: RestorePoint | undefined, index: number): DiskRecord | undefined {
  return point?.disks.find((disk) => disk.index === index);
}

export async function changedRanges(
  repository: Repository,
  before: Pick<DiskRecord, 'map' | 'sizeBytes'>,
  now: DiskRecord,
): Promise<readonly ByteRange[]> {
  const { chunks } = await repository.reading();
  const ranges: ByteRange[] = [];
  for await (const range of mapDifference(chunks, before, now)) ranges.push(range);
  return ranges;
}

/** Ranges of disks as ranges of a volume; undefined where one of its disks cannot tell. */
export async function onVolume(
  pieces: readonly VolumePiece[],
  changes: ChangesOfDisk,
): Promise<readonly ByteRange[] | undefined> {
  const found: ByteRange[] = [];
  for (const piece of pieces) {
    const changed = await changes(piece.disk);
    if (changed === undefined) return undefined;
    const end = piece.offset + piece.length;
    for (let at = firstEndingAfter(changed, piece.offset); at < changed.length && changed[at]!.offset < end; at += 1) {
      const { offset, length } = changed[at]!;
      const [from, to] = [Math.max(offset, piece.offset), Math.min(offset + length, end)];
      found.push({ offset: from - piece.offset + piece.volumeOffset, length: to - from });
    }
  }
  return coalesce(found);
}
