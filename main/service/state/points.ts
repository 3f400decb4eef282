/** Restore points as the state database remembers them, so that lists are quick and need no passphrase. Repositories are the truth. */
import type { DatabaseSync } from 'node:sqlite';
import type { EvidenceSummary, PointId, PointView, RestorePoint, VmOfJob } from '#contract';
import type { NamedPoint } from '#engine/jobs';
import {
  droppedIds,
  latestEvidence,
  listedEvidence,
  listEveryPoint,
  listPins,
  usedSpace,
  type Repository,
} from '#engine/repository';
import { keepPackSizes, knownPackSizes } from './pack-sizes.ts';
import { keepReports, knownReports } from './verifications.ts';
import { forgetTurns } from './verify-turns.ts';
import { inTransaction } from './in-transaction.ts';

/** Makes the remembered points of a repository what they are there, and notes the space it takes. */
export async function rememberPoints(state: DatabaseSync, repository: Repository, now: number): Promise<void> {
  const every = await listEveryPoint(repository);
  const dropped = new Set(await droppedIds(repository.storage));
  const points = every.points.filter((point) => !dropped.has(point.id));
  const reports = await listedEvidence(repository, knownReports(state, repository.id));
  const evidence = latestEvidence(reports);
  const known = knownPackSizes(state, repository.id);
  const { space, packSizes } = await usedSpace(repository.storage, every.points, known);
  const pins = new Map((await listPins(repository.storage)).map((pin) => [pin.point, pin.why]));
  const clear = state.prepare('DELETE FROM restore_points WHERE repository = ?');
  const insert = state.prepare(
    `INSERT INTO restore_points (repository, id, vm, time, consistency, run, vm_id, host, size_bytes, stored_bytes, evidence, job, pinned)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  inTransaction(state, () => {
    clear.run(repository.id);
    for (const point of points) insert.run(...rowOf(repository.id, point, evidence.get(point.id)), pins.get(point.id) ?? null);
    keepReports(state, repository.id, { reports, points });
    forgetTurns(state, repository.id);
    state
      .prepare(
        'INSERT OR REPLACE INTO repository_space (repository, at, points, logical_bytes, stored_bytes) VALUES (?, ?, ?, ?, ?)',
      )
      .run(repository.id, now, space.points, space.logicalBytes, space.storedBytes);
    keepPackSizes(state, repository.id, { known, now: packSizes });
  });
}

function rowOf(repository: string, point: RestorePoint, evidence: EvidenceSummary | undefined): (string | number | null)[] {
  return [
    repository,
    point.id,
    point.vm,
    point.time,
    point.consistency,
    point.run,
    point.vmId,
    point.host,
    point.disks.reduce((sum, disk) => sum + disk.sizeBytes, 0),
    point.disks.reduce((sum, disk) => sum + disk.newBytes, 0),
    evidence === undefined ? null : JSON.stringify(evidence),
    point.job ?? null,
  ];
}

/** Null: not pinned any more. */
export function rememberPin(
  state: DatabaseSync,
  at: { readonly repository: string; readonly point: PointId },
  why: string | null,
): void {
  state.prepare('UPDATE restore_points SET pinned = ? WHERE repository = ? AND id = ?').run(why, at.repository, at.point);
}

/** By name, those that have points of the job. SQLite takes the name from the row that has the maximum. */
export function vmsOfJob(state: DatabaseSync, job: string): readonly VmOfJob[] {
  return state
    .prepare(
      `SELECT coalesce(vm_id, vm) AS of, vm, count(*) AS points, max(time) FROM restore_points WHERE job = ?
       GROUP BY coalesce(vm_id, vm) ORDER BY vm COLLATE NOCASE`,
    )
    .all(job)
    .map((row) => ({ vm: String(row['of']), name: String(row['vm']), points: Number(row['points']) }));
}

/** Its points of a job, as retention looks at them. */
export function pointsOfVm(state: DatabaseSync, job: string, vm: string): readonly NamedPoint[] {
  return state
    .prepare('SELECT id, vm, time, pinned FROM restore_points WHERE job = ? AND coalesce(vm_id, vm) = ?')
    .all(job, vm)
    .map((row) => ({
      id: String(row['id']),
      vm,
      name: String(row['vm']),
      time: Number(row['time']),
      pinned: row['pinned'] === null ? null : String(row['pinned']),
    }));
}

export interface PointFilter {
  /** Its id, as `vmViews` gives it, or a name, which several can have and which a renamed VM has only a part of its points under. */
  readonly vm: string | null;
  readonly repository: string | null;
  readonly limit: number;
}

/** Newest first. */
export function rememberedPoints(state: DatabaseSync, { vm, repository, limit }: PointFilter): readonly PointView[] {
  const image = vm?.startsWith(imagePrefix) === true ? vm.slice(imagePrefix.length) : null;
  const ofVm = vm === null ? '?1 IS NULL AND ?2 IS NULL' : '(vm_id = ?1 OR vm = ?1 OR (vm_id IS NULL AND vm = ?2))';
  return state
    .prepare(`SELECT * FROM restore_points WHERE ${ofVm} AND (?3 IS NULL OR repository = ?3) ORDER BY time DESC LIMIT ?4`)
    .all(vm, image, repository, limit)
    .map(pointOf);
}

const imagePrefix = 'image-';

/** What tells a VM that no host told an id of: the image of a disk that was backed up by that name. */
export function imageId(vm: string): string {
  return `${imagePrefix}${vm}`;
}

export function rememberedPoint(state: DatabaseSync, repository: string, id: PointId): PointView | undefined {
  const row = state.prepare('SELECT * FROM restore_points WHERE repository = ? AND id = ?').get(repository, id);
  return row === undefined ? undefined : pointOf(row);
}

/** What tells in which order the points of a repository are verified. */
export interface PointInTurn {
  readonly id: PointId;
  readonly vm: string;
  /** What tells its VM from others of its name. */
  readonly vmKey: string;
  readonly time: number;
  readonly verifiedAt: number | null;
  readonly triedAt: number | null;
  readonly damaged: boolean;
}

/** All of a repository, in no order; little of each, since there can be many. */
export function pointsInTurn(state: DatabaseSync, repository: string): readonly PointInTurn[] {
  return state
    .prepare(
      `SELECT id, vm, coalesce(vm_id, vm) AS vm_key, time, json_extract(evidence, '$.at') AS verified_at,
         coalesce(json_extract(evidence, '$.grade') = 'failed', 0) AS damaged,
         (SELECT at FROM verify_turns WHERE repository = restore_points.repository AND point = restore_points.id) AS tried_at
       FROM restore_points WHERE repository = ?`,
    )
    .all(repository)
    .map((row) => ({
      id: String(row['id']),
      vm: String(row['vm']),
      vmKey: String(row['vm_key']),
      time: Number(row['time']),
      verifiedAt: row['verified_at'] === null ? null : Number(row['verified_at']),
      triedAt: row['tried_at'] === null ? null : Number(row['tried_at']),
      damaged: row['damaged'] === 1,
    }));
}

export interface VmPoints {
  readonly vm: string;
  readonly vmId: string | null;
  readonly points: number;
  readonly since: number;
  readonly last: PointView;
  /** The newest verification of any of them. */
  readonly verified: EvidenceSummary | null;
}

/** Per VM: how many points, since when, the newest, when verified. SQLite takes the other columns from the row that has the maximum. */
export function pointsByVm(state: DatabaseSync): readonly VmPoints[] {
  const verified = verifiedByVm(state);
  return state
    .prepare(
      'SELECT *, count(*) AS points, min(time) AS since, max(time) AS latest FROM restore_points GROUP BY coalesce(vm_id, vm)',
    )
    .all()
    .map((row) => ({
      vm: String(row['vm']),
      vmId: row['vm_id'] === null ? null : String(row['vm_id']),
      points: Number(row['points']),
      since: Number(row['since']),
      last: pointOf(row),
      verified: verified.get(String(row['vm_id'] ?? row['vm'])) ?? null,
    }));
}

function verifiedByVm(state: DatabaseSync): ReadonlyMap<string, EvidenceSummary> {
  const rows = state
    .prepare(
      `SELECT coalesce(vm_id, vm) AS of, evidence, max(json_extract(evidence, '$.at')) FROM restore_points
       WHERE evidence IS NOT NULL GROUP BY coalesce(vm_id, vm)`,
    )
    .all();
  return new Map(rows.map((row) => [String(row['of']), evidenceOf(row)!]));
}

function evidenceOf(row: Record<string, unknown>): EvidenceSummary | null {
  return row['evidence'] === null ? null : (JSON.parse(String(row['evidence'])) as EvidenceSummary);
}

function pointOf(row: Record<string, unknown>): PointView {
  return {
    id: String(row['id']),
    repository: String(row['repository']),
    vm: String(row['vm']),
    host: row['host'] === null ? null : String(row['host']),
    time: Number(row['time']),
    consistency: row['consistency'] as PointView['consistency'],
    run: String(row['run']),
    sizeBytes: Number(row['size_bytes']),
    storedBytes: Number(row['stored_bytes']),
    evidence: evidenceOf(row),
  };
}
