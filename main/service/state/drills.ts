/** Drills in the state database. They hold no secret. */
import type { DatabaseSync } from 'node:sqlite';
import { acceptJson, drillDefinitionSchema, HostkeepError, type Drill, type DrillDefinition } from '#contract';
import { clearAlertsOf } from './alerts.ts';

export function listDrills(state: DatabaseSync): readonly Drill[] {
  return state.prepare('SELECT * FROM drills ORDER BY name COLLATE NOCASE').all().map(toDrill);
}

/** By id or name; undefined where there is none. */
export function findDrill(state: DatabaseSync, spec: string): Drill | undefined {
  const row = state.prepare('SELECT * FROM drills WHERE id = ?1 OR name = ?1 COLLATE NOCASE').get(spec);
  return row === undefined ? undefined : toDrill(row);
}

/** @throws HostkeepError drill/exists */
export function insertDrill(state: DatabaseSync, id: string, definition: DrillDefinition, now: number): Drill {
  refuseTaken(state, definition.name, id);
  state
    .prepare('INSERT INTO drills (id, name, definition, created_at, handled_until) VALUES (?1, ?2, ?3, ?4, ?4)')
    .run(id, definition.name, JSON.stringify(definition), now);
  return findDrill(state, id)!;
}

/** One that starts at other times is asked for nothing that came due at the old ones. @throws HostkeepError drill/exists */
export function changeDrill(state: DatabaseSync, before: Drill, definition: DrillDefinition, now: number): Drill {
  const { id, schedule } = before;
  refuseTaken(state, definition.name, id);
  state.prepare('UPDATE drills SET name = ?, definition = ? WHERE id = ?').run(definition.name, JSON.stringify(definition), id);
  if (JSON.stringify(schedule) !== JSON.stringify(definition.schedule)) setDrillHandledUntil(state, id, now);
  return findDrill(state, id)!;
}

/** A drill that goes on is asked for nothing that came due while it was paused. */
export function setDrillPaused(state: DatabaseSync, id: string, of: { readonly paused: boolean; readonly now: number }): Drill {
  state.prepare('UPDATE drills SET paused = ? WHERE id = ?').run(of.paused ? 1 : 0, id);
  if (!of.paused) setDrillHandledUntil(state, id, of.now);
  return findDrill(state, id)!;
}

/** By another one. */
function refuseTaken(state: DatabaseSync, name: string, id: string): void {
  const found = findDrill(state, name);
  if (found !== undefined && found.id !== id) throw new HostkeepError('drill/exists', { drill: name });
}

export function deleteDrill(state: DatabaseSync, id: string, now: number): void {
  state.prepare('DELETE FROM drills WHERE id = ?').run(id);
  clearAlertsOf(state, id, now);
}

/** Occurrences up to this moment have been answered. */
export function drillHandledUntil(state: DatabaseSync, id: string): number {
  return Number(state.prepare('SELECT handled_until FROM drills WHERE id = ?').get(id)?.['handled_until'] ?? 0);
}

export function setDrillHandledUntil(state: DatabaseSync, id: string, until: number): void {
  state.prepare('UPDATE drills SET handled_until = max(handled_until, ?) WHERE id = ?').run(until, id);
}

function toDrill(row: Record<string, unknown>): Drill {
  const id = String(row['id']);
  const definition = acceptJson(drillDefinitionSchema, String(row['definition']), {
    code: 'state/damaged',
    details: { drill: id },
  });
  return { ...definition, id, paused: row['paused'] === 1 };
}
