import { hasCode } from '#contract';
import type { Repository } from '../repository.ts';
import { packIdOf } from '../pack/layout.ts';
import { readPackDirectory } from '../pack/pack-reader.ts';
import { loadIndex } from './load-index.ts';
import { contentOfPacks, writeSegment, type IndexedPack } from './segment-writer.ts';

/** Packs indexed at a time, which bounds the memory of a repair. */
const packsPerSegment = 512;

export interface Adoption {
  readonly adopted: number;
  /** Packs that could not be read. */
  readonly damaged: readonly { readonly packId: string; readonly error: unknown }[];
}

/** What the index and the packs do not agree on. */
export interface PackSurvey {
  /** Packs that the index names and that are not there. */
  readonly lost: readonly string[];
  /** Packs that are there and that no index names: what a run that was cut off had published already, or another run publishes now. */
  readonly orphans: readonly string[];
}

/** The index comes first: who publishes meanwhile publishes the pack before it, so that no pack is taken for lost. */
export async function surveyPacks(repository: Repository): Promise<PackSurvey> {
  const indexed = await indexedPackIds(repository);
  const stored = new Set(await storedPackIds(repository));
  return {
    lost: [...indexed].filter((packId) => !stored.has(packId)),
    orphans: [...stored].filter((packId) => !indexed.has(packId)),
  };
}

/** Indexes packs that were orphans, but for those that have been indexed since: the work of a run that was cut off is not lost, and is not stored again. */
export async function adoptOrphans(repository: Repository, { orphans }: Pick<PackSurvey, 'orphans'>): Promise<Adoption> {
  if (orphans.length === 0) return { adopted: 0, damaged: [] };
  const indexed = await indexedPackIds(repository);
  return indexPacks(
    repository,
    orphans.filter((packId) => !indexed.has(packId)),
  );
}

async function indexedPackIds(repository: Repository): Promise<ReadonlySet<string>> {
  const segments = await loadIndex(repository.storage, repository.masterKey, { withFilter: false });
  return new Set(segments.flatMap((segment) => segment.packs));
}

export async function storedPackIds(repository: Repository): Promise<readonly string[]> {
  return (await repository.storage.names('packs')).flatMap((name) => packIdOf(name) ?? []);
}

/** Publishes index segments for the given packs, from the packs alone. */
export async function indexPacks(repository: Repository, packIds: readonly string[]): Promise<Adoption> {
  const damaged: { packId: string; error: unknown }[] = [];
  let adopted = 0;
  for (let first = 0; first < packIds.length; first += packsPerSegment) {
    const packs: IndexedPack[] = [];
    for (const packId of packIds.slice(first, first + packsPerSegment)) {
      try {
        const { bytes } = await readPackDirectory(repository.storage, repository.masterKey, packId);
        packs.push({ packId, directory: bytes });
      } catch (error) {
        if (!hasCode(error, 'repository/pack-damaged', 'storage/short-read', 'storage/not-found')) throw error;
        damaged.push({ packId, error });
      }
    }
    if (packs.length > 0) await writeSegment(repository, contentOfPacks(packs));
    adopted += packs.length;
  }
  if (adopted > 0) repository.refresh();
  return { adopted, damaged };
}
