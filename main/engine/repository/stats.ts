import { loadIndex } from './index/load-index.ts';
import { listEveryPoint } from './points.ts';
import type { Repository } from './repository.ts';

/** What `repo stats` tells. `storedBytes` is all that lies in the repository; `chunks` counts index entries. */
export interface RepositoryStats {
  readonly points: number;
  readonly logicalBytes: number;
  readonly storedBytes: number;
  readonly chunks: number;
  readonly packs: number;
}

export async function repositoryStats(repository: Repository): Promise<RepositoryStats> {
  const { points } = await listEveryPoint(repository);
  const files = await repository.storage.list('');
  const segments = await loadIndex(repository.storage, repository.masterKey, { withFilter: false });
  return {
    points: points.length,
    logicalBytes: sum(points.flatMap((point) => point.disks.map((disk) => disk.sizeBytes))),
    storedBytes: sum(files.map((file) => file.sizeBytes)),
    chunks: sum(segments.map((segment) => segment.entryCount)),
    packs: files.filter((file) => file.name.startsWith('packs/')).length,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
