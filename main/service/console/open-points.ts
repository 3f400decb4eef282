/** Restore points that somebody is looking into: opened once, closed when nobody has looked for a while. */
import type { PointId, RestorePoint } from '#contract';
import { openGuest, type GuestVolumes } from '#engine/recovery';
import { readPoint, type Repository } from '#engine/repository';

export interface OpenPoint {
  readonly repository: Repository;
  readonly point: RestorePoint;
  readonly volumes: GuestVolumes;
}

interface Entry {
  readonly opened: Promise<OpenPoint>;
  usedAt: number;
}

const keptMs = 120_000;
const keptCount = 4;

export interface OpenPoints {
  use(repository: string, point: PointId): Promise<OpenPoint>;
  /** Closes those of a repository: what is open holds a lock, and a key. */
  forget(repository: string): Promise<void>;
  close(): Promise<void>;
}

export function openPoints(open: (repository: string) => Promise<Repository>, now: () => number): OpenPoints {
  const entries = new Map<string, Entry>();
  const drop = async (key: string): Promise<void> => {
    const entry = entries.get(key);
    entries.delete(key);
    // One that failed to open has nothing to close; whoever asked was told.
    await entry?.opened.then(
      (point) => point.repository.close(),
      () => undefined,
    );
  };
  const sweep = async (): Promise<void> => {
    const byAge = [...entries].toSorted(([, a], [, b]) => b.usedAt - a.usedAt);
    const old = byAge.filter(([, entry], index) => index >= keptCount || now() - entry.usedAt > keptMs);
    await Promise.all(old.map(([key]) => drop(key)));
  };
  const timer = setInterval(() => void sweep(), keptMs).unref();
  return {
    async use(repository, point) {
      const key = `${repository}/${point}`;
      const entry = entries.get(key) ?? { opened: open(repository).then((opened) => openOne(opened, point)), usedAt: now() };
      entry.usedAt = now();
      entries.set(key, entry);
      try {
        return await entry.opened;
      } catch (error) {
        entries.delete(key);
        throw error;
      } finally {
        await sweep();
      }
    },
    async forget(repository) {
      const keys = [...entries.keys()].filter((key) => key.startsWith(`${repository}/`));
      await Promise.all(keys.map(drop));
    },
    async close() {
      clearInterval(timer);
      await Promise.all([...entries.keys()].map(drop));
    },
  };
}

async function openOne(repository: Repository, id: PointId): Promise<OpenPoint> {
  try {
    const point = await readPoint(repository, id);
    return { repository, point, volumes: openGuest(repository, point) };
  } catch (error) {
    await repository.close();
    throw error;
  }
}
