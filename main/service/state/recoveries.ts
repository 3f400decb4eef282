/** Recoveries, one row each: what belongs together of a VM on a host, a publication and a restore point. */
import type { DatabaseSync } from 'node:sqlite';
import {
  accept,
  acceptJson,
  HostkeepError,
  recoveryDefinitionSchema,
  recoveryRowSchema,
  type RecoveryAct,
  type RecoveryDefinition,
  type RecoveryState,
  type RecoveryView,
  type RunId,
} from '#contract';
import { thisProcess } from '#engine/repository';
import { findPublication } from './publications.ts';
import { isCarried } from './runs.ts';
import { inTransaction } from './in-transaction.ts';

export interface NewRecovery {
  readonly id: RunId;
  readonly host: string;
  readonly repository: string;
  readonly repositoryFolder: string;
  readonly point: string;
  readonly vm: string;
  readonly startedAt: number;
  readonly definition: RecoveryDefinition;
}

/** The publication's name: one for each recovery, so that two of one restore point have disks of their own. */
export const publicationOfRecovery = (id: RunId): string => `r-${id}`;

export function insertRecovery(state: DatabaseSync, recovery: NewRecovery): void {
  state
    .prepare(`INSERT INTO recoveries (id, host, repository, folder, point, vm, started_at, definition, act, pid, process_start)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'start', ?, ?)`)
    .run(
      recovery.id,
      recovery.host,
      recovery.repository,
      recovery.repositoryFolder,
      recovery.point,
      recovery.vm,
      recovery.startedAt,
      JSON.stringify(recovery.definition),
      process.pid,
      thisProcess().processStart,
    );
}

/**
 * Claims a recovery for what is to be done with it: of two that begin at once one is refused. `again` goes on with what died.
 * @throws HostkeepError host/recovery-busy, input/not-found
 */
export function claimRecovery(state: DatabaseSync, id: RunId, act: RecoveryAct): void {
  inTransaction(state, () => {
    const { state: now, vm } = recoveryOf(state, id);
    if (now !== 'running' && now !== 'interrupted') throw new HostkeepError('host/recovery-busy', { vm, state: now });
    const { pid, processStart } = thisProcess();
    state.prepare('UPDATE recoveries SET act = ?, pid = ?, process_start = ? WHERE id = ?').run(act, pid, processStart, id);
  });
}

export function releaseRecovery(state: DatabaseSync, id: RunId, definition?: RecoveryDefinition): void {
  if (definition !== undefined)
    state.prepare('UPDATE recoveries SET definition = ? WHERE id = ?').run(JSON.stringify(definition), id);
  state.prepare('UPDATE recoveries SET act = NULL, pid = NULL WHERE id = ?').run(id);
}

export function removeRecovery(state: DatabaseSync, id: RunId): void {
  state.prepare('DELETE FROM recoveries WHERE id = ?').run(id);
}

export function listRecoveries(state: DatabaseSync): readonly RecoveryView[] {
  return state
    .prepare('SELECT * FROM recoveries ORDER BY started_at, id')
    .all()
    .map((row) => toView(state, row));
}

/**
 * By its id, the name of its VM, the name of the VM that was backed up, or a unique beginning of the id: the first of these that fits
 * any. @throws HostkeepError input/not-found, input/ambiguous
 */
export function recoveryOf(state: DatabaseSync, spec: string): RecoveryView {
  const wanted = spec.toLowerCase();
  const fits: readonly ((one: RecoveryView) => boolean)[] = [
    ({ id, definition }) => id === spec || definition.name.toLowerCase() === wanted,
    ({ vm }) => vm.toLowerCase() === wanted,
    ({ id }) => id.startsWith(spec),
  ];
  const all = listRecoveries(state);
  const found = fits.map((fit) => all.filter(fit)).find((some) => some.length > 0) ?? [];
  if (found.length > 1) throw new HostkeepError('input/ambiguous', { recovery: spec, ids: found.map(({ id }) => id) });
  if (found[0] === undefined) throw new HostkeepError('input/not-found', { recovery: spec });
  return found[0];
}

function toView(state: DatabaseSync, row: Record<string, unknown>): RecoveryView {
  const id = String(row['id']);
  const damaged = { code: 'state/damaged', details: { recovery: id } } as const;
  const { act } = accept(recoveryRowSchema, row, damaged);
  const publication = findPublication(state, publicationOfRecovery(id));
  const definition = acceptJson(recoveryDefinitionSchema, String(row['definition']), damaged);
  return {
    id,
    state: stateOf(act, row),
    host: String(row['host']),
    repository: String(row['repository']),
    repositoryFolder: String(row['folder']),
    point: String(row['point']),
    vm: String(row['vm']),
    startedAt: Number(row['started_at']),
    definition,
    publication: publicationOfRecovery(id),
    publicationState: publication?.state ?? null,
    usedBytes: publication?.usedBytes ?? 0,
  };
}

const acting = { start: 'starting', finalise: 'finalising', discard: 'discarding' } as const;

function stateOf(act: RecoveryAct | null, row: Record<string, unknown>): RecoveryState {
  if (act === null) return 'running';
  return isCarried(row) ? acting[act] : 'interrupted';
}
