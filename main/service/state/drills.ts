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
  if (findDrill(state, definition.name) !== undefined) throw new HostkeepError('drill/exists', { drill: definition.name });
  state
    .prepare('INSERT INTO drills (id, name, definition, created_at, handled_until) VALUES (?1, ?2, ?3, ?4, ?4)')
    .run(id, definition.name, JSON.stringify(definition), now);
  return findDrill(state, id)!;
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
