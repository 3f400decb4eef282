/**
 * When restore points had their turn of being verified: noted before one is looked at. What cannot be verified keeps no evidence, and would come
 * first for ever, as would one that ends the process.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { PointId } from '#contract';

/** Of a repository, in milliseconds since 1970. */
export function verifyTurns(state: DatabaseSync, repository: string): ReadonlyMap<PointId, number> {
  const rows = state.prepare('SELECT point, at FROM verify_turns WHERE repository = ?').all(repository);
  return new Map(rows.map((row) => [String(row['point']), Number(row['at'])]));
}

export interface TurnOf {
  readonly repository: string;
  readonly point: PointId;
}

export function noteTurn(state: DatabaseSync, { repository, point }: TurnOf, now: number): void {
  state.prepare('INSERT OR REPLACE INTO verify_turns VALUES (?, ?, ?)').run(repository, point, now);
}

/** Of one that was cancelled: it has its turn still. */
export function giveTurnBack(state: DatabaseSync, { repository, point }: TurnOf): void {
  state.prepare('DELETE FROM verify_turns WHERE repository = ? AND point = ?').run(repository, point);
}

/** Of points that are there no more. */
export function forgetTurns(state: DatabaseSync, repository: string): void {
  state
    .prepare(
      `DELETE FROM verify_turns WHERE repository = ?1
         AND point NOT IN (SELECT id FROM restore_points WHERE repository = ?1)`,
    )
    .run(repository);
}
