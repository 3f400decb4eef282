/** Restore points that somebody is looking into: opened once, closed when nobody has looked for a while. */
import type { PointId, RestorePoint } from '#contract';
import { openGuest, type GuestVolumes } from '#engine/recovery';
import { readPoint, type Repository } from '#engine/repository';
import { keptOpen } from './kept-open.ts';

export interface OpenPoint {
  readonly repository: Repository;
  readonly point: RestorePoint;
  readonly volumes: GuestVolumes;
}

const keptMs = 120_000;
const keptCount = 4;

export interface OpenPoints {
  use<Result>(repository: string, point: PointId, act: (of: OpenPoint) => Promise<Result>): Promise<Result>;
  /** Closes those of a repository: what is open holds a lock, and a key. Acts that run now come to their end. */
  forget(repository: string): Promise<void>;
  close(): Promise<void>;
}

export function openPoints(open: (repository: string) => Promise<Repository>, now: () => number): OpenPoints {
  const kept = keptOpen<OpenPoint>({ keptMs, keptCount, now, close: ({ repository }) => repository.close() });
  return {
    use: (repository, point, act) => kept.use(`${repository}/${point}`, async () => openOne(await open(repository), point), act),
    forget: (repository) => kept.forget((key) => key.startsWith(`${repository}/`)),
    close: () => kept.close(),
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
