/** Jobs in the state database. They hold no secret. */
import type { DatabaseSync } from 'node:sqlite';
import {
  acceptJson,
  HostkeepError,
  jobDefinitionSchema,
  type DiskMark,
  type Job,
  type JobDefinition,
  type JobId,
} from '#contract';

export function listJobs(state: DatabaseSync): readonly Job[] {
  return state.prepare('SELECT * FROM jobs ORDER BY name COLLATE NOCASE').all().map(toJob);
}

/** By id or name. @throws HostkeepError input/not-found */
export function findJob(state: DatabaseSync, spec: string): Job {
  const row = state.prepare('SELECT * FROM jobs WHERE id = ?1 OR name = ?1 COLLATE NOCASE').get(spec);
  if (row === undefined) throw new HostkeepError('input/not-found', { job: spec });
  return toJob(row);
}

/** @throws HostkeepError job/exists */
export function insertJob(state: DatabaseSync, id: JobId, definition: JobDefinition, now: number): Job {
  refuseTaken(state, definition.name, id);
  state
    .prepare('INSERT INTO jobs (id, name, definition, created_at, changed_at, handled_until) VALUES (?1, ?2, ?3, ?4, ?4, ?4)')
    .run(id, definition.name, JSON.stringify(definition), now);
  return findJob(state, id);
}

/** What came due before a change of the schedule is not asked for any more. @throws HostkeepError job/exists, input/not-found */
export function changeJob(state: DatabaseSync, id: JobId, definition: JobDefinition, now: number): Job {
  refuseTaken(state, definition.name, id);
  const before = findJob(state, id);
  const rescheduled = JSON.stringify(before.schedule) !== JSON.stringify(definition.schedule);
  state
    .prepare('UPDATE jobs SET name = ?, definition = ?, changed_at = ? WHERE id = ?')
    .run(definition.name, JSON.stringify(definition), now, id);
  if (rescheduled) setHandledUntil(state, id, now);
  return findJob(state, id);
}

export interface SeenExcluded {
  /** Whether a name or id is that of the VM. */
  readonly is: (vm: string) => boolean;
  readonly disk: number;
  readonly mark: DiskMark;
}

/** Keeps what an excluded disk is, where only its index was known; what somebody has changed of the job meanwhile stays. */
export function noteExcluded(state: DatabaseSync, id: JobId, { is, disk, mark }: SeenExcluded): void {
  const row = state.prepare('SELECT * FROM jobs WHERE id = ?').get(id);
  if (row === undefined) return;
  const { id: _id, paused: _paused, createdAt: _createdAt, changedAt: _changedAt, ...definition } = toJob(row);
  const excludedDisks = definition.excludedDisks.map((one) =>
    one.disk === disk && one.was === null && is(one.vm) ? { ...one, was: mark } : one,
  );
  state
    .prepare('UPDATE jobs SET definition = ? WHERE id = ? AND definition = ?')
    .run(JSON.stringify({ ...definition, excludedDisks }), id, row['definition'] ?? null);
}

/** A job that goes on is asked for nothing that came due while it was paused. */
export function setPaused(state: DatabaseSync, id: JobId, paused: boolean, now: number): void {
  state.prepare('UPDATE jobs SET paused = ? WHERE id = ?').run(paused ? 1 : 0, id);
  if (!paused) setHandledUntil(state, id, now);
}

export function deleteJob(state: DatabaseSync, id: JobId): void {
  state.prepare('DELETE FROM jobs WHERE id = ?').run(id);
}

/** Occurrences up to this moment have been answered. */
export function handledUntil(state: DatabaseSync, id: JobId): number {
  return Number(state.prepare('SELECT handled_until FROM jobs WHERE id = ?').get(id)?.['handled_until'] ?? 0);
}

export function setHandledUntil(state: DatabaseSync, id: JobId, until: number): void {
  state.prepare('UPDATE jobs SET handled_until = max(handled_until, ?) WHERE id = ?').run(until, id);
}

const pauseName = 'jobs-paused';

/** While all are paused, no schedule starts anything. */
export function allPaused(state: DatabaseSync): boolean {
  return state.prepare('SELECT value FROM settings WHERE name = ?').get(pauseName)?.['value'] === 'true';
}

export function setAllPaused(state: DatabaseSync, paused: boolean, now: number): void {
  state
    .prepare('INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
    .run(pauseName, String(paused));
  if (paused) return;
  for (const table of ['jobs', 'drills']) state.prepare(`UPDATE ${table} SET handled_until = max(handled_until, ?)`).run(now);
}

function refuseTaken(state: DatabaseSync, name: string, id: JobId): void {
  const taken = state.prepare('SELECT id FROM jobs WHERE name = ? COLLATE NOCASE AND id <> ?').get(name, id);
  if (taken !== undefined) throw new HostkeepError('job/exists', { job: name });
}

function toJob(row: Record<string, unknown>): Job {
  const id = String(row['id']);
  return {
    ...acceptJson(jobDefinitionSchema, String(row['definition']), { code: 'state/damaged', details: { job: id } }),
    id,
    paused: row['paused'] === 1,
    createdAt: Number(row['created_at']),
    changedAt: Number(row['changed_at']),
  };
}
