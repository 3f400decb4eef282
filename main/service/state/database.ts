import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HostkeepError } from '#contract';
import { errnoOf, makeFoldersSync } from '#files';
import { migrations } from './migrations.ts';

export const stateName = 'state.db';

/**
 * Opens `state.db`, made or brought up to date. Several processes use it at once: write-ahead log, and a wait where another
 * one writes. Durability is FULL: a step that was shown must still be there after a power loss.
 * The log is checkpointed as it grows, and cut back to 64 MiB after a transaction that was larger.
 * @throws HostkeepError state/newer, state/damaged, state/unavailable
 */
export function openState(home: string): DatabaseSync {
  const path = join(home, stateName);
  let database: DatabaseSync | undefined;
  try {
    makeFoldersSync(home);
    database = new DatabaseSync(path, { timeout: 10_000 });
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864;',
    );
    migrate(database, path);
    return database;
  } catch (cause) {
    database?.close();
    if (cause instanceof HostkeepError) throw cause;
    throw new HostkeepError(isAway(cause) ? 'state/unavailable' : 'state/damaged', { path }, cause);
  }
}

/** Result codes of SQLite that say nothing against the file: no permission, in use, read-only, I/O, full, cannot be opened. */
const awayCodes: ReadonlySet<number> = new Set([3, 5, 6, 8, 10, 13, 14, 23]);

/** The folder could not be made, or SQLite met what may be otherwise the next time. */
function isAway(cause: unknown): boolean {
  if (!(cause instanceof Error) || !('errcode' in cause)) return errnoOf(cause) !== undefined;
  return typeof cause.errcode === 'number' && awayCodes.has(cause.errcode & 0xff);
}

/** What the database cannot do now, by its code. @throws HostkeepError state/unavailable */
export function stateErrors<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof HostkeepError || !isAway(cause)) throw cause;
    throw new HostkeepError('state/unavailable', { why: cause instanceof Error ? cause.message : String(cause) }, cause);
  }
}

/**
 * For what is said or asked again in a moment (how far a run is, whether somebody wants it to stop): a state that is full or in use for too
 * long is no reason to end a run or a publication.
 */
export function unlessAway(act: () => void): void {
  try {
    act();
  } catch (error) {
    throwUnlessAway(error);
  }
}

/** The same for what takes its time. */
export function throwUnlessAway(error: unknown): void {
  if (!isAway(error)) throw error;
}

function migrate(database: DatabaseSync, path: string): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version > migrations.length) throw new HostkeepError('state/newer', { path, version });
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
