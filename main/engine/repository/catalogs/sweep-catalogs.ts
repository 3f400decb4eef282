import type { PointId } from '#contract';
import type { Repository } from '../repository.ts';
import { catalogFile, type CatalogName } from './layout.ts';
import { isCatalogLost, listCatalogs, openCatalog } from './read-catalog.ts';

/**
 * Removes catalogues of restore points that are gone, and damaged and older ones. One that another point's catalogue stands upon
 * stays as long as that is there. The caller holds the exclusive lock, and knows which points there are.
 */
export async function sweepCatalogs(repository: Repository, present: ReadonlySet<PointId>): Promise<void> {
  const needed = new Set<string>();
  const all = await listCatalogs(repository);
  for (const [point, names] of all) {
    if (!present.has(point)) continue;
    const newest = await newestSound(repository, names);
    for (const name of newest ?? []) needed.add(catalogFile(name));
  }
  for (const name of [...all.values()].flat())
    if (!needed.has(catalogFile(name))) await repository.storage.remove(catalogFile(name));
}

/** The newest catalogue of a point that can be opened, with those below it. */
async function newestSound(repository: Repository, names: readonly CatalogName[]): Promise<readonly CatalogName[] | undefined> {
  for (const name of names.toReversed()) {
    try {
      return [name, ...(await openCatalog(repository, name)).below];
    } catch (error) {
      if (!isCatalogLost(error)) throw error;
    }
  }
  return undefined;
}
