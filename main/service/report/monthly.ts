/** The month of a shop: what was protected, verified and restored, and what it took. From the state database alone. */
import type { DatabaseSync } from 'node:sqlite';
import { nullable, nullish, number, object } from 'valibot';
import { acceptJson, HostkeepError, type DrillVerdict, type MonthlyReport, type ReportedVm, type Schema } from '#contract';
import { zoneOf } from '#engine/jobs';
import { seenVms } from '../state/inventory.ts';
import { newestVerification, verificationsWithin } from '../state/verifications.ts';

export interface ReportOptions {
  /** `2026-10`. */
  readonly month: string;
  readonly timeZone: string;
  readonly now: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly ends: readonly number[];
}

const trendMonths = 12;
const damagedAtMost = 100;

/** @throws HostkeepError input/invalid when `month` is none */
export function monthlyReport(state: DatabaseSync, { month, timeZone, now }: ReportOptions): MonthlyReport {
  const span = spanOf(month, timeZone);
  return {
    month,
    timeZone,
    at: now,
    vms: vmsOf(state, span),
    runs: runsOf(state, span),
    missed: countOf(state, "SELECT count(*) AS n FROM alerts WHERE kind = 'run-missed' AND raised_at BETWEEN ? AND ?", span),
    // Those of a job's chances are of no repository.
    checks: rowsOf(state, "kind = 'check' AND repository <> ''", span).map(({ at, state: ended, repository, request }) => ({
      at,
      state: ended,
      repository: nameOf(state, repository),
      readData: request.includes('--read-data'),
    })),
    ...verifiedOf(state, span),
    drills: drillsOf(state, span),
    restores: rowsOf(state, "kind LIKE 'restore-%'", span).map(({ at, kind, state: ended, subjects }) => ({
      at,
      kind,
      state: ended,
      subjects,
    })),
    repositories: spaceOf(state, span),
    openAlerts: countOf(
      state,
      "SELECT count(*) AS n FROM alerts WHERE severity = 'alert' AND raised_at BETWEEN ? AND ? AND cleared_at IS NULL",
      span,
    ),
  };
}

/** The month before an instant. */
export function monthBefore(now: number, timeZone: string): string {
  const wall = new Date(zoneOf(timeZone).wallOf(now));
  return new Date(Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
}

/** From the first instant of the month to its last millisecond, and the last of those before it, the oldest first and its own at the end. */
function spanOf(month: string, timeZone: string): Span {
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? [];
  if (year === undefined) throw new HostkeepError('input/invalid', { month, why: 'a month such as 2026-10' });
  const zone = zoneOf(timeZone);
  const first = (ahead: number): number => zone.instantOf(Date.UTC(Number(year), Number(number) - 1 + ahead, 1));
  const ends = Array.from({ length: trendMonths }, (_, at) => first(at + 2 - trendMonths) - 1);
  return { from: first(0), to: first(1) - 1, ends };
}

/** Every VM that a host has, and every other one of which a point was made in the month. */
function vmsOf(state: DatabaseSync, span: Span): readonly ReportedVm[] {
  const made = state
    .prepare('SELECT vm, vm_id, count(*) AS n FROM restore_points WHERE time BETWEEN ? AND ? GROUP BY vm_id, vm')
    .all(span.from, span.to);
  const newest = state.prepare(
    'SELECT max(time) AS at FROM restore_points WHERE (vm_id = ?1 OR (vm_id IS NULL AND vm = ?2)) AND time <= ?3',
  );
  const lastOf = (id: string | null, name: string): number | null => {
    const at = newest.get(id, name, span.to)?.['at'];
    return at === null || at === undefined ? null : Number(at);
  };
  const verifiedOf = (id: string | null, name: string): ReportedVm['verified'] => {
    const found = newestVerification(state, { id, name }, span.to);
    return found === undefined ? null : { at: found.at, depth: found.depth, grade: found.grade, pointTime: found.pointTime };
  };
  const present = seenVms(state).filter((vm) => vm.state !== 'gone');
  const pointsOf = (id: string): number =>
    made.filter((row) => row['vm_id'] === id).reduce((sum, row) => sum + Number(row['n']), 0);
  const known = new Set(present.map((vm) => vm.id));
  return [
    ...present.map(({ id, name, host }) => ({
      name,
      host,
      points: pointsOf(id),
      last: lastOf(id, name),
      verified: verifiedOf(id, name),
    })),
    ...made
      .filter((row) => row['vm_id'] === null || !known.has(String(row['vm_id'])))
      .map((row) => {
        const [name, id] = [String(row['vm']), row['vm_id'] === null ? null : String(row['vm_id'])];
        return { name, host: '', points: Number(row['n']), last: lastOf(id, name), verified: verifiedOf(id, name) };
      }),
  ].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function runsOf(state: DatabaseSync, span: Span): MonthlyReport['runs'] {
  const counted = state
    .prepare(
      "SELECT state, count(*) AS n FROM runs WHERE kind IN ('backup', 'image-backup') AND started_at BETWEEN ? AND ? GROUP BY state",
    )
    .all(span.from, span.to);
  const of = (wanted: string): number => Number(counted.find((row) => row['state'] === wanted)?.['n'] ?? 0);
  return { success: of('success'), warning: of('warning'), failed: of('failed'), cancelled: of('cancelled') };
}

function verifiedOf(state: DatabaseSync, span: Span): Pick<MonthlyReport, 'verifications' | 'damaged'> {
  const made = verificationsWithin(state, span);
  const count = { passed: 0, limited: 0, warning: 0, failed: 0 };
  for (const { grade } of made) count[grade] += 1;
  const damaged = made.filter(({ grade }) => grade === 'failed').map(({ at, vm, pointTime }) => ({ at, vm, pointTime }));
  return { verifications: count, damaged: damaged.slice(-damagedAtMost) };
}

const verdicts: Readonly<Record<string, DrillVerdict>> = { success: 'passed', warning: 'unclear', failed: 'failed' };

function drillsOf(state: DatabaseSync, span: Span): MonthlyReport['drills'] {
  return rowsOf(state, "kind = 'drill'", span).map(({ at, state: ended, subjects, outcome }) => ({
    at,
    vm: subjects[0] ?? '',
    verdict: verdicts[ended] ?? null,
    answeredAfterMs: outcome === null ? null : answeredOf(outcome),
  }));
}

const drillOutcomeSchema: Schema<{
  readonly report?:
    | { readonly record: { readonly startedAfterMs: number | null; readonly heartbeatAfterMs: number | null } }
    | null
    | undefined;
}> = object({
  report: nullish(object({ record: object({ startedAfterMs: nullable(number()), heartbeatAfterMs: nullable(number()) }) })),
});

/** From the first step of the drill to the heartbeat. */
function answeredOf(outcome: string): number | null {
  const otherwise = { code: 'state/damaged', details: { outcome: 'drill' } } as const;
  const record = acceptJson(drillOutcomeSchema, outcome, otherwise).report?.record;
  if (record === undefined || record.startedAfterMs === null || record.heartbeatAfterMs === null) return null;
  return record.startedAfterMs + record.heartbeatAfterMs;
}

function countOf(state: DatabaseSync, statement: string, span: Span): number {
  return Number(state.prepare(statement).get(span.from, span.to)?.['n']);
}

interface Row {
  readonly at: number;
  readonly kind: string;
  readonly state: string;
  readonly repository: string;
  readonly subjects: readonly string[];
  readonly request: string;
  readonly outcome: string | null;
}

function rowsOf(state: DatabaseSync, condition: string, span: Span): readonly Row[] {
  return state
    .prepare(`SELECT * FROM runs WHERE ${condition} AND started_at BETWEEN ? AND ? AND state <> 'running' ORDER BY started_at`)
    .all(span.from, span.to)
    .map((row) => ({
      at: Number(row['started_at']),
      kind: String(row['kind']),
      state: String(row['state']),
      repository: String(row['repository']),
      subjects: JSON.parse(String(row['vms'])) as readonly string[],
      request: String(row['request']),
      outcome: row['outcome'] === null ? null : String(row['outcome']),
    }));
}

function nameOf(state: DatabaseSync, repository: string): string {
  const row = state.prepare('SELECT name FROM repositories WHERE id = ?').get(repository);
  return row === undefined ? repository : String(row['name']);
}

/** What each repository held at the end of the month and of those before it. */
function spaceOf(state: DatabaseSync, span: Span): MonthlyReport['repositories'] {
  const last = state.prepare('SELECT * FROM repository_space WHERE repository = ? AND at <= ? ORDER BY at DESC LIMIT 1');
  return (
    state
      // Also what only the command line knows, in the months in which it was written to.
      .prepare(
        `SELECT space.repository AS id, coalesce(named.name, substr(space.repository, 1, 12)) AS name
       FROM (SELECT DISTINCT repository FROM repository_space WHERE at BETWEEN ? AND ?
             UNION SELECT id FROM repositories) AS space
       LEFT JOIN repositories AS named ON named.id = space.repository ORDER BY name`,
      )
      .all(span.from, span.to)
      .flatMap((row) => {
        const trend = span.ends.flatMap((at) => {
          const found = last.get(String(row['id']), at);
          return found === undefined ? [] : [{ at, storedBytes: Number(found['stored_bytes']) }];
        });
        const now = last.get(String(row['id']), span.to);
        if (now === undefined) return [];
        const [points, storedBytes] = [Number(now['points']), Number(now['stored_bytes'])];
        return [{ name: String(row['name']), points, storedBytes, logicalBytes: Number(now['logical_bytes']), trend }];
      })
  );
}
