/** Alerts in the state database. */
import type { DatabaseSync } from 'node:sqlite';
import { object, picklist } from 'valibot';
import { accept, alertKinds, alertSeverities, HostkeepError, type Alert, type AlertKind } from '#contract';
import type { AlertChanges, RaisedAlert } from '#engine/jobs';
import { inTransaction } from './in-transaction.ts';

/** Writes what changed; returns the alerts that are new or have happened again. */
export function applyAlerts(state: DatabaseSync, changes: AlertChanges, at: number): readonly Alert[] {
  return inTransaction(state, () => {
    const raised = changes.raise.flatMap((alert) => raise(state, alert, at));
    for (const key of changes.clear)
      state.prepare('UPDATE alerts SET cleared_at = ? WHERE key = ? AND cleared_at IS NULL').run(at, key);
    return raised.map((id) => alertOf(state, id));
  });
}

function raise(state: DatabaseSync, alert: RaisedAlert, at: number): readonly number[] {
  const open = state.prepare('SELECT id FROM alerts WHERE key = ? AND cleared_at IS NULL').get(alert.key);
  if (open === undefined) {
    const { lastInsertRowid } = state
      .prepare(
        'INSERT INTO alerts (key, kind, severity, job, subject, text, raised_at, last_at, count, run) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9)',
      )
      .run(alert.key, alert.kind, alert.severity, alert.job, alert.subject, alert.text, at, alert.times, alert.run);
    return [Number(lastInsertRowid)];
  }
  if (!alert.renews) return [];
  state
    .prepare('UPDATE alerts SET last_at = ?, count = count + ?, seen_at = NULL, text = ?, run = ? WHERE id = ?')
    .run(at, alert.times, alert.text, alert.run, open['id'] ?? 0);
  return [Number(open['id'])];
}

/** What has not cleared or has not been seen, newest first; notes only when asked for. */
export function openAlerts(state: DatabaseSync): readonly Alert[] {
  return state
    .prepare(
      "SELECT * FROM alerts WHERE severity <> 'note' AND (cleared_at IS NULL OR seen_at IS NULL) ORDER BY last_at DESC, id DESC",
    )
    .all()
    .map(toAlert);
}

/** What was said of a job or drill that is no more: it would never clear by itself. */
export function clearAlertsOf(state: DatabaseSync, job: string, at: number): void {
  state
    .prepare("UPDATE alerts SET cleared_at = ?1 WHERE (job = ?2 OR key = 'drill-failed//' || ?2) AND cleared_at IS NULL")
    .run(at, job);
}

/** Keys of what has not cleared. */
export function openKeys(state: DatabaseSync, kind: AlertKind): readonly string[] {
  return state
    .prepare('SELECT DISTINCT key FROM alerts WHERE kind = ? AND cleared_at IS NULL')
    .all(kind)
    .map((row) => String(row['key']));
}

export function listAlerts(state: DatabaseSync, of: { readonly since: number; readonly limit: number }): readonly Alert[] {
  return state
    .prepare('SELECT * FROM alerts WHERE last_at >= ? ORDER BY last_at DESC, id DESC LIMIT ?')
    .all(of.since, of.limit)
    .map(toAlert);
}

/** @throws HostkeepError input/not-found */
export function seeAlert(state: DatabaseSync, id: number, at: number): Alert {
  state.prepare('UPDATE alerts SET seen_at = ? WHERE id = ? AND seen_at IS NULL').run(at, id);
  return alertOf(state, id);
}

export function seeAllAlerts(state: DatabaseSync, at: number): number {
  return Number(state.prepare('UPDATE alerts SET seen_at = ? WHERE seen_at IS NULL').run(at).changes);
}

function alertOf(state: DatabaseSync, id: number): Alert {
  const row = state.prepare('SELECT * FROM alerts WHERE id = ?').get(id);
  if (row === undefined) throw new HostkeepError('input/not-found', { alert: id });
  return toAlert(row);
}

const kinds = object({ kind: picklist(alertKinds), severity: picklist(alertSeverities) });

function toAlert(row: Record<string, unknown>): Alert {
  const id = Number(row['id']);
  const time = (value: unknown): number | null => (value === null ? null : Number(value));
  const text = (value: unknown): string | null => (value === null ? null : String(value));
  return {
    ...accept(kinds, row, { code: 'state/damaged', details: { alert: id } }),
    id,
    job: text(row['job']),
    subject: String(row['subject']),
    text: String(row['text']),
    raisedAt: Number(row['raised_at']),
    lastAt: Number(row['last_at']),
    count: Number(row['count']),
    clearedAt: time(row['cleared_at']),
    seenAt: time(row['seen_at']),
    run: text(row['run']),
  };
}
