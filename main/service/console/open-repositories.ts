/** Repositories that somebody is searching: opened once, since deriving the key takes as long as a search. */
import { catalogViews, type CatalogViews } from '#engine/catalog';
import type { Repository } from '#engine/repository';

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

interface Entry {
  readonly opened: Promise<SearchedRepository>;
  usedAt: number;
  /** Acts that run now; the last one closes what is to be forgotten. */
  users: number;
  isForgotten: boolean;
}

const keptMs = 120_000;

/** No lock is held: a compact need not wait for who is only thinking of what to look for. */
export function openRepositories(open: (repository: string) => Promise<Repository>, now: () => number): OpenRepositories {
  const entries = new Map<string, Entry>();
  const forget = async (id: string): Promise<void> => {
    const entry = entries.get(id);
    if (entry === undefined) return;
    entries.delete(id);
    entry.isForgotten = true;
    if (entry.users === 0) await close(entry);
  };
  const sweep = async (): Promise<void> => {
    const old = [...entries].filter(([, entry]) => entry.users === 0 && now() - entry.usedAt > keptMs);
    await Promise.all(old.map(([id]) => forget(id)));
  };
  const timer = setInterval(() => void sweep(), keptMs).unref();
  const load = async (id: string): Promise<SearchedRepository> => {
    const repository = await open(id);
    return { repository, views: catalogViews(repository) };
  };
  return {
    async use(id, act) {
      const entry = entries.get(id) ?? { opened: load(id), usedAt: now(), users: 0, isForgotten: false };
      entries.set(id, entry);
      entry.users += 1;
      try {
        return await act(await entry.opened);
      } catch (error) {
        // Whatever went wrong, the next one starts anew.
        if (entries.get(id) === entry) await forget(id);
        throw error;
      } finally {
        entry.users -= 1;
        entry.usedAt = now();
        if (entry.isForgotten && entry.users === 0) await close(entry);
      }
    },
    forget,
    async close() {
      clearInterval(timer);
      await Promise.all([...entries.keys()].map(forget));
    },
  };
}

/** One that failed to open has nothing to close; whoever asked was told. */
async function close({ opened }: Entry): Promise<void> {
  await opened.then(
    ({ repository }) => repository.close(),
    () => undefined,
  );
}
