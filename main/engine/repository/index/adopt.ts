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

/**
 * Indexes finished packs that no index knows: what a run that was cut off had published already. Its work is not lost,
 * and the next run does not store those chunks again.
 */
export async function adoptOrphanPacks(repository: Repository): Promise<Adoption> {
  const packIds = await storedPackIds(repository);
  const indexed = new Set(
    (await loadIndex(repository.storage, repository.masterKey, { withFilter: false })).flatMap((segment) => segment.packs),
  );
  return indexPacks(
    repository,
    packIds.filter((packId) => !indexed.has(packId)),
  );
}

/** Packs that the index names and that are not there. The index comes first: who publishes meanwhile publishes the pack before it. */
export async function lostPackIds(repository: Repository): Promise<readonly string[]> {
  const indexed = await loadIndex(repository.storage, repository.masterKey, { withFilter: false });
  const stored = new Set(await storedPackIds(repository));
  return [...new Set(indexed.flatMap((segment) => segment.packs))].filter((packId) => !stored.has(packId));
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
