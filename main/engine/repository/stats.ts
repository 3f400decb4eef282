import { hasCode, type RestorePoint } from '#contract';
import type { Storage, StoredFile } from '#engine/storage';
import { readAhead } from '#engine/threads';
import { loadIndex } from './index/load-index.ts';
import { packIdOf } from './pack/layout.ts';
import { listEveryPoint } from './points.ts';
import type { Repository } from './repository.ts';

/** What `repo stats` tells. `storedBytes` is all that lies in the repository; `chunks` counts index entries. */
export interface RepositoryStats extends UsedSpace {
  readonly chunks: number;
}

export interface UsedSpace {
  readonly points: number;
  readonly logicalBytes: number;
  readonly storedBytes: number;
  readonly packs: number;
}

/** Bytes by pack id: a pack never changes, so that its size needs to be asked once. */
export type PackSizes = ReadonlyMap<string, number>;

export async function repositoryStats(repository: Repository): Promise<RepositoryStats> {
  const { points } = await listEveryPoint(repository);
  const { space } = await usedSpace(repository.storage, points, new Map());
  const segments = await loadIndex(repository.storage, repository.masterKey, { withFilter: false });
  const { packs, ...rest } = space;
  return { ...rest, chunks: sum(segments.map((segment) => segment.entryCount)), packs };
}

/**
 * What all points (dropped ones too) and all files take. Asks the storage for the sizes of those packs alone that are not `known`, and tells
 * all that are there.
 */
export async function usedSpace(
  storage: Storage,
  points: readonly RestorePoint[],
  known: PackSizes,
): Promise<{ readonly space: UsedSpace; readonly packSizes: PackSizes }> {
  const packSizes = new Map<string, number>();
  const asked: string[] = [];
  for (const name of await storage.names('')) {
    const packId = packIdOf(name) ?? '';
    const sizeBytes = known.get(packId);
    if (sizeBytes === undefined) asked.push(name);
    else packSizes.set(packId, sizeBytes);
  }
  let otherBytes = 0;
  for await (const file of readAhead(asked, askedAtOnce, (name) => statPresent(storage, name))) {
    if (file === undefined) continue;
    const packId = packIdOf(file.name);
    if (packId === undefined) otherBytes += file.sizeBytes;
    else packSizes.set(packId, file.sizeBytes);
  }
  const space = {
    points: points.length,
    logicalBytes: sum(points.flatMap((point) => point.disks.map((disk) => disk.sizeBytes))),
    storedBytes: otherBytes + sum([...packSizes.values()]),
    packs: packSizes.size,
  };
  return { space, packSizes };
}

/** Files that are asked for at once: a share answers each after a round trip. */
const askedAtOnce = Array.from({ length: 16 });

/** Undefined when the file has gone since it was listed. */
async function statPresent(storage: Storage, name: string): Promise<StoredFile | undefined> {
  try {
    return await storage.stat(name);
  } catch (error) {
    if (hasCode(error, 'storage/not-found')) return undefined;
    throw error;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
