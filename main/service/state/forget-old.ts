/**
 * What the state database remembers of the past, kept within bounds: a shop that backs up twenty VMs every hour writes a gigabyte of steps a year.
 * What is younger than its age stays, and so do the newest of each kind whatever the clock says: one that jumps ahead forgets nothing of them.
 */
import type { DatabaseSync } from 'node:sqlite';

const dayMs = 86_400_000;

/** In days. */
export const keptDays = {
  /** Steps of runs that went well. */
  goodSteps: 90,
  /** Steps of all others. */
  steps: 400,
  runs: 3 * 366,
  activity: 3 * 366,
  verifications: 3 * 366,
  /** Alerts that have cleared. */
  alerts: 400,
  /** Notices that were delivered or given up. */
  deliveries: 30,
  /** The space of a repository, more than once a day. */
  space: 90,
} as const;

const newestRunsWithSteps = 500;
const newestKept = 5000;
/** Others want to write as well: so many runs in one transaction, and so many of those in one go; the rest is for tomorrow. */
const runsAtOnce = 200;
const turns = 50;

/** Once a day is enough: `isTime` says whether a day has passed, by whatever clock. */
export function forgetOld(state: DatabaseSync, now: number): void {
  const before = (days: number): number => now - days * dayMs;
  forgetSteps(state, "state = 'success'", before(keptDays.goodSteps));
  forgetSteps(state, "state <> 'running'", before(keptDays.steps));
  forgetRuns(state, before(keptDays.runs));
  for (const [table, order] of [
    ['activity', 'ordinal'],
    ['verifications', 'at'],
  ] as const)
    state
      .prepare(
        `DELETE FROM ${table} WHERE at < ? AND ${order} < (SELECT ${order} FROM ${table} ORDER BY ${order} DESC LIMIT 1 OFFSET ?)`,
      )
      .run(before(keptDays[table]), newestKept);
  state
    .prepare(
      `DELETE FROM alerts WHERE last_at < ? AND (cleared_at IS NOT NULL OR severity = 'note')
         AND id < (SELECT id FROM alerts ORDER BY id DESC LIMIT 1 OFFSET ?)`,
    )
    .run(before(keptDays.alerts), newestKept);
  state
    .prepare('DELETE FROM deliveries WHERE created_at < ? AND (delivered_at IS NOT NULL OR error IS NOT NULL)')
    .run(before(keptDays.deliveries));
  state
    .prepare(
      `DELETE FROM repository_space WHERE at < ?1 AND rowid NOT IN
         (SELECT latest FROM (SELECT rowid AS latest, max(at) FROM repository_space GROUP BY repository, at / ${dayMs}))`,
    )
    .run(before(keptDays.space));
}

function forgetSteps(state: DatabaseSync, which: string, before: number): void {
  const forget = state.prepare(
    `DELETE FROM run_steps WHERE run IN (
       SELECT id FROM runs WHERE ${which} AND ended_at < ?1
         AND started_at < (SELECT started_at FROM runs ORDER BY started_at DESC LIMIT 1 OFFSET ?2)
         AND EXISTS (SELECT 1 FROM run_steps WHERE run = runs.id) LIMIT ?3)`,
  );
  inTurns(() => forget.run(before, newestRunsWithSteps, runsAtOnce).changes);
}

/** But for the last success of each job, which says since when it has had none. */
function forgetRuns(state: DatabaseSync, before: number): void {
  const forget = state.prepare(
    `DELETE FROM runs WHERE id IN (
       SELECT id FROM runs WHERE state <> 'running' AND ended_at < ?1
         AND started_at < (SELECT started_at FROM runs ORDER BY started_at DESC LIMIT 1 OFFSET ?2)
         AND ended_at NOT IN (SELECT max(ended_at) FROM runs WHERE job IS NOT NULL AND state IN ('success', 'warning') GROUP BY job)
       LIMIT ?3)`,
  );
  inTurns(() => forget.run(before, newestKept, runsAtOnce).changes);
}

function inTurns(act: () => number | bigint): void {
  for (let turn = 0; turn < turns; turn += 1) if (Number(act()) === 0) return;
}

/** Whether it was done more than a day ago, by a clock that may have been set since; notes that it is done now. */
export function isTimeToForget(state: DatabaseSync, now: number): boolean {
  const row = state.prepare("SELECT value FROM settings WHERE name = 'old-forgotten-at'").get();
  if (row !== undefined && Math.abs(now - Number(row['value'])) < dayMs) return false;
  state
    .prepare("INSERT INTO settings (name, value) VALUES ('old-forgotten-at', ?) ON CONFLICT DO UPDATE SET value = excluded.value")
    .run(String(now));
  return true;
}
