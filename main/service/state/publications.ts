/** Publications, one row each, so that every process sees them and can ask for their end. The overlay's files are the truth of what was written. */
import type { DatabaseSync } from 'node:sqlite';
import {
  acceptJson,
  HostkeepError,
  publicationDefinitionSchema,
  publishedTargetSchema,
  type PublicationDefinition,
  type PublicationState,
  type PublicationView,
  type RunId,
  type PublishedTarget,
} from '#contract';
import { isProcessAlive, type ProcessIdentity } from '#engine/repository';
import { inTransaction } from './in-transaction.ts';

export interface NewPublication {
  readonly id: string;
  readonly repository: string;
  readonly repositoryFolder: string;
  readonly point: string;
  readonly vm: string;
  readonly run: RunId;
  readonly startedAt: number;
  readonly definition: PublicationDefinition;
}

/**
 * Makes a publication this process's own: of two that begin at once one is refused. One that ended is gone on with; its overlay folder
 * then is the one it had. @throws HostkeepError overlay/in-use, publish/other-point
 */
export function claimPublication(state: DatabaseSync, wanted: NewPublication, process: ProcessIdentity): PublicationView {
  inTransaction(state, () => {
    const known = findPublication(state, wanted.id);
    if (known !== undefined && hasProcess(known.state)) throw new HostkeepError('overlay/in-use', { publication: wanted.id });
    if (known !== undefined && (known.point !== wanted.point || known.repository !== wanted.repository))
      throw new HostkeepError('publish/other-point', { publication: wanted.id, point: known.point, vm: known.vm });
    const { disks, overlayFolder } = known?.definition ?? wanted.definition;
    const definition = {
      ...wanted.definition,
      overlayFolder,
      // What was once written over stays listed, so that it is discarded with the rest.
      disks: [...new Set([...wanted.definition.disks, ...disks])],
    };
    state
      .prepare(`INSERT OR REPLACE INTO publications (id, repository, folder, point, vm, run, pid, process_start, started_at, definition, used_bytes)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
      .run(
        wanted.id,
        wanted.repository,
        wanted.repositoryFolder,
        wanted.point,
        wanted.vm,
        wanted.run,
        process.pid,
        process.processStart,
        wanted.startedAt,
        JSON.stringify(definition),
        known?.usedBytes ?? 0,
      );
  });
  return publicationOf(state, wanted.id);
}

/** Makes an ended publication this process's own, so that nobody publishes it while it is thrown away. @throws HostkeepError publish/not-known, publish/running */
export function claimDiscard(state: DatabaseSync, id: string, process: ProcessIdentity): PublicationView {
  return inTransaction(state, () => {
    const known = publicationOf(state, id);
    if (hasProcess(known.state)) throw new HostkeepError('publish/running', { publication: id });
    state.prepare('UPDATE publications SET pid = ?, process_start = ? WHERE id = ?').run(process.pid, process.processStart, id);
    return known;
  });
}

export function hasProcess(state: PublicationState): boolean {
  return state === 'starting' || state === 'serving';
}

export function tellServed(state: DatabaseSync, served: PublishedTarget): void {
  state.prepare('UPDATE publications SET served = ? WHERE id = ?').run(JSON.stringify(served), served.id);
}

export function tellUse(state: DatabaseSync, id: string, use: { readonly usedBytes: number; readonly sessions: number }): void {
  state.prepare('UPDATE publications SET used_bytes = ?, sessions = ? WHERE id = ?').run(use.usedBytes, use.sessions, id);
}

/** An end in order: nobody serves it any more. */
export function endPublication(state: DatabaseSync, id: string): void {
  state.prepare('UPDATE publications SET pid = NULL, sessions = 0 WHERE id = ?').run(id);
}

export function removePublication(state: DatabaseSync, id: string): void {
  state.prepare('DELETE FROM publications WHERE id = ?').run(id);
}

/** @throws HostkeepError publish/not-running */
export function requestStop(state: DatabaseSync, id: string): void {
  if (!hasProcess(publicationOf(state, id).state)) throw new HostkeepError('publish/not-running', { publication: id });
  state.prepare('UPDATE publications SET stop_requested = 1 WHERE id = ?').run(id);
}

export function isStopRequested(state: DatabaseSync, id: string): boolean {
  const row = state.prepare('SELECT stop_requested FROM publications WHERE id = ?').get(id);
  return row === undefined || row['stop_requested'] === 1;
}

export function listPublications(state: DatabaseSync): readonly PublicationView[] {
  return state.prepare('SELECT * FROM publications ORDER BY started_at, id').all().map(toPublication);
}

export function findPublication(state: DatabaseSync, id: string): PublicationView | undefined {
  const row = state.prepare('SELECT * FROM publications WHERE id = ?').get(id);
  return row === undefined ? undefined : toPublication(row);
}

/** @throws HostkeepError publish/not-known */
export function publicationOf(state: DatabaseSync, id: string): PublicationView {
  const found = findPublication(state, id);
  if (found === undefined) throw new HostkeepError('publish/not-known', { publication: id });
  return found;
}

function toPublication(row: Record<string, unknown>): PublicationView {
  const id = String(row['id']);
  const damaged = { code: 'state/damaged', details: { publication: id } } as const;
  const served = row['served'] === null ? null : acceptJson(publishedTargetSchema, String(row['served']), damaged);
  const now = stateOf(row, served);
  return {
    id,
    state: now,
    repository: String(row['repository']),
    repositoryFolder: String(row['folder']),
    point: String(row['point']),
    vm: String(row['vm']),
    run: String(row['run']),
    startedAt: Number(row['started_at']),
    definition: acceptJson(publicationDefinitionSchema, String(row['definition']), damaged),
    served,
    usedBytes: Number(row['used_bytes']),
    sessions: hasProcess(now) ? Number(row['sessions']) : 0,
  };
}

function stateOf(row: Record<string, unknown>, served: PublishedTarget | null): PublicationState {
  if (row['pid'] === null) return 'stopped';
  if (!isProcessAlive({ pid: Number(row['pid']), processStart: String(row['process_start']) })) return 'died';
  return served === null ? 'starting' : 'serving';
}
