import { adoptOrphans, noteDamage, surveyPacks, type Repository } from '#engine/repository';

/**
 * Before a run stores anything: packs of runs that were cut off are indexed, and what makes earlier restore points doubtful, though the run
 * itself goes well, is told: packs that the index names and that are gone. What lay there counts as not stored from now on, so that this run
 * stores what its VMs still have. Empty where nothing is known to be wrong.
 */
export async function settlePacks(repository: Repository): Promise<readonly string[]> {
  const { lost, orphans } = await surveyPacks(repository);
  await adoptOrphans(repository, { orphans });
  if (lost.length === 0) return [];
  await noteDamage(
    repository.storage,
    lost.map((packId) => ({ packId, groups: null })),
  );
  repository.refresh();
  const what =
    lost.length === 1 ? '1 pack that the index names is missing' : `${lost.length} packs that the index names are missing`;
  return [`${what}: earlier restore points may lack what lay there; run hostkeep repo check`];
}
