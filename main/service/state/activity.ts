import type { DatabaseSync } from 'node:sqlite';
import type { ActivityView } from '#contract';

export interface Deed {
  readonly at: number;
  readonly who: string;
  readonly action: string;
  readonly subject: string;
  readonly result: ActivityView['result'];
}

/** Who did what, in the console or by command. Never holds a secret: procedures and commands name their subject, not their input. */
export function noteDeed(state: DatabaseSync, deed: Deed): void {
  state
    .prepare('INSERT INTO activity (at, who, action, subject, result) VALUES (?, ?, ?, ?, ?)')
    .run(deed.at, deed.who, deed.action, deed.subject, deed.result);
}

export function listDeeds(state: DatabaseSync, limit: number): readonly ActivityView[] {
  return state
    .prepare('SELECT * FROM activity ORDER BY ordinal DESC LIMIT ?')
    .all(limit)
    .map((row) => ({
      ordinal: Number(row['ordinal']),
      at: Number(row['at']),
      who: String(row['who']),
      action: String(row['action']),
      subject: String(row['subject']),
      result: row['result'] as ActivityView['result'],
    }));
}
