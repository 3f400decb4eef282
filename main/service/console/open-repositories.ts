/** Repositories that somebody is searching: opened once, since deriving the key takes as long as a search. */
import { catalogViews, type CatalogViews } from '#engine/catalog';
import type { Repository } from '#engine/repository';
import { keptOpen } from './kept-open.ts';

export interface SearchedRepository {
  readonly repository: Repository;
  readonly views: CatalogViews;
}

export interface OpenRepositories {
  use<Result>(id: string, act: (of: SearchedRepository) => Promise<Result>): Promise<Result>;
  /** Closes it, with its key; acts that run now come to their end. */
  forget(id: string): Promise<void>;
  close(): Promise<void>;
}

const keptMs = 120_000;

/** No lock is held: a compact need not wait for who is only thinking of what to look for. */
export function openRepositories(open: (repository: string) => Promise<Repository>, now: () => number): OpenRepositories {
  const kept = keptOpen<SearchedRepository>({ keptMs, now, close: ({ repository }) => repository.close() });
  const forget = (id: string): Promise<void> => kept.forget((key) => key === id);
  const load = async (id: string): Promise<SearchedRepository> => {
    const repository = await open(id);
    return { repository, views: catalogViews(repository) };
  };
  return {
    async use(id, act) {
      try {
        return await kept.use(id, () => load(id), act);
      } catch (error) {
        // Whatever went wrong, the next one starts anew.
        await forget(id);
        throw error;
      }
    },
    forget,
    close: () => kept.close(),
  };
}
