import type { DatabaseSync } from 'node:sqlite';
import { acceptJson, requests, type Settings } from '#contract';

const otherwise: Settings = { language: 'system', theme: 'system' };

/** @throws HostkeepError state/damaged */
export function readSettings(state: DatabaseSync): Settings {
  const row = state.prepare("SELECT value FROM settings WHERE name = 'console'").get();
  if (row === undefined) return otherwise;
  return acceptJson(requests.settings.set, String(row['value']), { code: 'state/damaged', details: { settings: 'console' } });
}

export function writeSettings(state: DatabaseSync, settings: Settings): void {
  state
    .prepare("INSERT INTO settings (name, value) VALUES ('console', ?) ON CONFLICT DO UPDATE SET value = excluded.value")
    .run(JSON.stringify(settings));
}
