import { asHostkeepError } from '#contract';
import type { Finding } from '../check/check.ts';
import type { Repository } from '../repository.ts';
import { catalogFile } from './layout.ts';
import { isCatalogLost, listCatalogs, openCatalog } from './read-catalog.ts';

/** Catalogues that are not as they were written; with `readData` every byte of them is read. */
export async function verifyCatalogs(repository: Repository, readData: boolean): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const name of [...(await listCatalogs(repository)).values()].flat()) {
    try {
      const catalog = await openCatalog(repository, name);
      if (readData) for (const part of catalog.parts.keys()) await catalog.part(part);
    } catch (error) {
      if (!isCatalogLost(error)) throw error;
      findings.push({ file: catalogFile(name), error: asHostkeepError(error) });
    }
  }
  return findings;
}
