/**
 * Reports of verifications as the state database remembers them: so that each is read from its repository once, and that a month is told
 * of those, too, whose restore points have gone since.
 */
import type { DatabaseSync } from 'node:sqlite';
import { object, picklist } from 'valibot';
import {
  accept,
  evidenceDepths,
  evidenceGrades,
  type EvidenceSummary,
  type PointId,
  type RestorePoint,
  type VmVerification,
} from '#contract';
import type { ListedEvidence } from '#engine/repository';

export interface Verification extends EvidenceSummary {
  readonly repository: string;
  readonly point: PointId;
  readonly pointTime: number;
  readonly vm: string;
}

export function knownReports(state: DatabaseSync, repository: string): ReadonlyMap<string, ListedEvidence> {
  const rows = state.prepare('SELECT * FROM verifications WHERE repository = ?').all(repository);
  return new Map(
    rows.map((row) => {
      const { point, at, depth, grade } = verificationOf(row);
      const id = String(row['report']);
      return [id, { id, point, summary: { at, depth, grade } }];
    }),
  );
}

export function keepReports(
  state: DatabaseSync,
  repository: string,
  of: { readonly reports: readonly ListedEvidence[]; readonly points: readonly RestorePoint[] },
): void {
  const insert = state.prepare('INSERT OR IGNORE INTO verifications VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const points = new Map(of.points.map((point) => [point.id, point]));
  for (const { id, point, summary } of of.reports) {
    const found = points.get(point);
    if (found === undefined) continue;
    const { vm, vmId, time } = found;
    insert.run(repository, id, point, vm, vmId, time, summary.at, summary.depth, summary.grade);
  }
}

/** The newest report about a VM up to an instant, its points be there or not; undefined where there is none. */
export function newestVerification(
  state: DatabaseSync,
  vm: { readonly id: string | null; readonly name: string },
  to: number,
): Verification | undefined {
  const row = state
    .prepare(
      'SELECT * FROM verifications WHERE (vm_id = ?1 OR (vm_id IS NULL AND vm = ?2)) AND at <= ?3 ORDER BY at DESC LIMIT 1',
    )
    .get(vm.id, vm.name, to);
  return row === undefined ? undefined : verificationOf(row);
}

/** Oldest first. */
export function verificationsWithin(
  state: DatabaseSync,
  span: { readonly from: number; readonly to: number },
): readonly Verification[] {
  return state
    .prepare('SELECT * FROM verifications WHERE at BETWEEN ? AND ? ORDER BY at')
    .all(span.from, span.to)
    .map(verificationOf);
}

/** Of every VM that has restore points, by name. SQLite takes the other columns from the row that has the maximum. */
export function vmVerifications(state: DatabaseSync): readonly VmVerification[] {
  const reports = state
    .prepare(
      `SELECT coalesce(vm_id, vm) AS of, id AS point, time AS point_time, vm, repository, max(json_extract(evidence, '$.at')) AS at,
         json_extract(evidence, '$.depth') AS depth, json_extract(evidence, '$.grade') AS grade
       FROM restore_points WHERE evidence IS NOT NULL GROUP BY coalesce(vm_id, vm)`,
    )
    .all();
  const newest = new Map(reports.map((row) => [String(row['of']), verificationOf(row)]));
  return state
    .prepare(
      `SELECT vm, coalesce(vm_id, vm) AS of, count(*) AS points, max(time) AS newest,
         sum(coalesce(json_extract(evidence, '$.grade') = 'failed', 0)) AS damaged
       FROM restore_points GROUP BY coalesce(vm_id, vm) ORDER BY vm COLLATE NOCASE`,
    )
    .all()
    .map((row) => {
      const report = newest.get(String(row['of']));
      return {
        vm: String(row['vm']),
        points: Number(row['points']),
        damaged: Number(row['damaged']),
        newest: Number(row['newest']),
        verified: report === undefined ? null : summaryOf(report),
      };
    });
}

/** Restore points that are there and whose newest verification found damage. */
export function damagedPoints(state: DatabaseSync): readonly (Verification & { readonly evidence: EvidenceSummary })[] {
  return state
    .prepare(
      `SELECT id AS point, time AS point_time, vm, repository, json_extract(evidence, '$.at') AS at,
         json_extract(evidence, '$.depth') AS depth, json_extract(evidence, '$.grade') AS grade
       FROM restore_points WHERE json_extract(evidence, '$.grade') = 'failed'`,
    )
    .all()
    .map((row) => {
      const one = verificationOf(row);
      return { ...one, evidence: { at: one.at, depth: one.depth, grade: one.grade } };
    });
}

function summaryOf({ point, pointTime, at, depth, grade }: Verification): NonNullable<VmVerification['verified']> {
  return { point, pointTime, at, depth, grade };
}

const wordsSchema = object({ depth: picklist(evidenceDepths), grade: picklist(evidenceGrades) });

/** @throws HostkeepError state/damaged */
function verificationOf(row: Record<string, unknown>): Verification {
  const point = String(row['point']);
  return {
    ...accept(wordsSchema, row, { code: 'state/damaged', details: { point } }),
    repository: String(row['repository']),
    point,
    pointTime: Number(row['point_time']),
    vm: String(row['vm']),
    at: Number(row['at']),
  };
}
