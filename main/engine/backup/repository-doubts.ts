import { lostPackIds, type Repository } from '#engine/repository';

/**
 * Why what a run adds may not be restored, though the run itself went well: chunks that are stored already are not stored again, and where
 * their packs are gone nobody else would say so before `repo check` does. Empty where nothing is known to be wrong.
 */
export async function repositoryDoubts(repository: Repository): Promise<readonly string[]> {
  const lost = await lostPackIds(repository);
  if (lost.length === 0) return [];
  const what =
    lost.length === 1 ? '1 pack that the index names is missing' : `${lost.length} packs that the index names are missing`;
  return [`${what}: new restore points may lack what lay there; run hostkeep repo check`];
}
