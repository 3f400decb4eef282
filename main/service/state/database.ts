import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HostkeepError } from '#contract';
import { migrations } from './migrations.ts';

export const stateName = 'state.db';

/**
 * Opens `state.db`, made or brought up to date. Several processes use it at once: write-ahead log, and a wait where another
 * one writes. Durability is FULL: a step that was shown must still be there after a power loss.
 * @throws HostkeepError state/newer, state/damaged
 */
export function openState(home: string): DatabaseSync {
  mkdirSync(home, { recursive: true });
  const path = join(home, stateName);
  const database = new DatabaseSync(path, { timeout: 10_000 });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    migrate(database, path);
    return database;
  } catch (cause) {
    database.close();
    if (cause instanceof HostkeepError) throw cause;
    throw new HostkeepError('state/damaged', { path }, cause);
  }
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
