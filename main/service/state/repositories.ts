/** The repositories that the console knows; their data is in the repositories themselves. */
import type { DatabaseSync } from 'node:sqlite';
import { HostkeepError, type RepositoryView, type RunState } from '#contract';

export interface KnownRepository {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
}

export function addRepository(state: DatabaseSync, repository: KnownRepository, now: number): void {
  state
    .prepare(
      'INSERT INTO repositories (id, name, folder, added_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, folder = excluded.folder',
    )
    .run(repository.id, repository.name, repository.folder, now);
}

export function removeRepository(state: DatabaseSync, id: string): void {
  // Without baselines nobody starts from the reference points of its runs, and the next run on their host drops them.
  for (const table of ['repository_space', 'restore_points', 'pack_sizes', 'baselines', 'intended_baselines'])
    state.prepare(`DELETE FROM ${table} WHERE repository = ?`).run(id);
  state.prepare('DELETE FROM repositories WHERE id = ?').run(id);
}

export function confirmKey(state: DatabaseSync, id: string): void {
  state.prepare('UPDATE repositories SET key_confirmed = 1 WHERE id = ?').run(id);
}

/** @throws HostkeepError input/not-found */
export function knownRepository(state: DatabaseSync, id: string): KnownRepository {
  const row = state.prepare('SELECT id, name, folder FROM repositories WHERE id = ?').get(id);
  if (row === undefined) throw new HostkeepError('input/not-found', { repository: id });
  return { id, name: String(row['name']), folder: String(row['folder']) };
}

/** The id of the one in that folder; empty where the console knows none there. */
export function repositoryAt(state: DatabaseSync, folder: string): string {
  return String(state.prepare('SELECT id FROM repositories WHERE folder = ?').get(folder)?.['id'] ?? '');
}

const trendRows = 90;

export function repositoryViews(state: DatabaseSync, unlocked: (id: string) => boolean): readonly RepositoryView[] {
  return state
    .prepare('SELECT * FROM repositories ORDER BY added_at, id')
    .all()
    .map((row) => {
      const id = String(row['id']);
      const space = spaceOf(state, id);
      const newest = space.at(-1);
      return {
        id,
        name: String(row['name']),
        folder: String(row['folder']),
        unlocked: unlocked(id),
        recoveryKeyConfirmed: row['key_confirmed'] === 1,
        points: newest?.points ?? 0,
        logicalBytes: newest?.logicalBytes ?? 0,
        storedBytes: newest?.storedBytes ?? 0,
        measuredAt: newest?.at ?? null,
        lastCheck: lastCheck(state, id),
        trend: space.map(({ at, storedBytes, logicalBytes }) => ({ at, storedBytes, logicalBytes })),
      };
    });
}

function spaceOf(state: DatabaseSync, id: string) {
  return state
    .prepare('SELECT * FROM repository_space WHERE repository = ? ORDER BY at DESC LIMIT ?')
    .all(id, trendRows)
    .map((row) => ({
      at: Number(row['at']),
      points: Number(row['points']),
      logicalBytes: Number(row['logical_bytes']),
      storedBytes: Number(row['stored_bytes']),
    }))
    .toReversed();
}

function lastCheck(state: DatabaseSync, id: string): RepositoryView['lastCheck'] {
  const row = state
    .prepare(
      "SELECT id, state, started_at, request FROM runs WHERE repository = ? AND kind = 'check' ORDER BY started_at DESC LIMIT 1",
    )
    .get(id);
  if (row === undefined) return null;
  return {
    at: Number(row['started_at']),
    run: String(row['id']),
    state: row['state'] as RunState,
    readData: String(row['request']).includes('--read-data'),
  };
}
