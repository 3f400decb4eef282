/** Runs that one process carries out one after the other. */
import type { DatabaseSync } from 'node:sqlite';
import type { RunId } from '#contract';

/** As it is known of each of them; null where it is of none. */
export function seriesOf(state: DatabaseSync, run: RunId): RunId | null {
  const series = state.prepare('SELECT series FROM runs WHERE id = ?').get(run)?.['series'];
  return typeof series === 'string' ? series : null;
}

/** Those that still run, in their order. */
export function runningOfSeries(state: DatabaseSync, series: RunId): readonly RunId[] {
  return idsOf(state, "series = ? AND state = 'running' ORDER BY rowid", series);
}

/** Those of them that somebody wants to end. */
export function cancelledOfSeries(state: DatabaseSync, series: RunId): readonly RunId[] {
  return idsOf(state, "series = ? AND state = 'running' AND cancel_requested = 1", series);
}

function idsOf(state: DatabaseSync, where: string, series: RunId): readonly RunId[] {
  return state
    .prepare(`SELECT id FROM runs WHERE ${where}`)
    .all(series)
    .map((row) => String(row['id']));
}
