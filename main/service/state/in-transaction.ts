import type { DatabaseSync } from 'node:sqlite';

/**
 * Does all of it or nothing, and lets no other process write meanwhile: what is read in it still holds when it is written. Within another
 * one it is a part of that.
 */
export function inTransaction<Result>(state: DatabaseSync, act: () => Result): Result {
  if (state.isTransaction) return act();
  state.exec('BEGIN IMMEDIATE');
  try {
    const result = act();
    state.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk ends a transaction by itself; that there is none to take back must not hide why.
    if (state.isTransaction) state.exec('ROLLBACK');
    throw error;
  }
}
