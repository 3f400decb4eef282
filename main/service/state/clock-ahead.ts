import type { DatabaseSync } from 'node:sqlite';

/** How far ahead of now something may have been answered without a sign that the clock was wrong. */
const slackMs = 60 * 60 * 1000;

/**
 * A computer whose clock was ahead has answered, and told as missed, what has not come yet: once its clock is right nothing would be due
 * for as long as it was ahead, and nobody would be told. What lies ahead is taken back to now; but not by a clock that is itself behind, as
 * it shows by being before the job was made.
 */
export function forgetAhead(state: DatabaseSync, now: number): void {
  for (const table of ['jobs', 'drills'])
    state.prepare(`UPDATE ${table} SET handled_until = ?1 WHERE handled_until > ?1 + ?2 AND created_at <= ?1`).run(now, slackMs);
  state
    .prepare(
      "UPDATE settings SET value = ?1 WHERE name LIKE 'missed-told-%' AND CAST(value AS INTEGER) > CAST(?1 AS INTEGER) + ?2",
    )
    .run(String(now), slackMs);
}
