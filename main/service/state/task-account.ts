/** The account that Task Scheduler runs jobs as; its password is in the keystore. */
import type { DatabaseSync } from 'node:sqlite';
import { object, string } from 'valibot';
import { acceptJson, type Schema } from '#contract';

const schema: Schema<{ readonly user: string }> = object({ user: string() });

/** Null: SYSTEM. @throws HostkeepError state/damaged */
export function taskUser(state: DatabaseSync): string | null {
  const row = state.prepare("SELECT value FROM settings WHERE name = 'task-account'").get();
  if (row === undefined) return null;
  const otherwise = { code: 'state/damaged', details: { settings: 'task-account' } } as const;
  return acceptJson(schema, String(row['value']), otherwise).user;
}

export function setTaskUser(state: DatabaseSync, user: string | null): void {
  if (user === null) state.exec("DELETE FROM settings WHERE name = 'task-account'");
  else
    state
      .prepare("INSERT INTO settings (name, value) VALUES ('task-account', ?) ON CONFLICT DO UPDATE SET value = excluded.value")
      .run(JSON.stringify({ user }));
}
