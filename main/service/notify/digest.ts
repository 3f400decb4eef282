import type { Home } from '../home.ts';
import { listRuns } from '../state/runs.ts';
import { statusReport } from '../status.ts';
import { digestNotice } from './message.ts';
import { putOut } from './notify.ts';
import { readNotifySettings } from './settings.ts';

const dayMs = 86_400_000;
const runsAtMost = 2000;

/** Once a day after its time: how things stand. False when it was not the time, or it has gone out already. */
export async function sendDigest(home: Pick<Home, 'state'>, now: number): Promise<boolean> {
  const { digestAt } = readNotifySettings(home.state);
  if (digestAt === null) return false;
  const day = localDay(now);
  if (localTime(now) < digestAt || lastDigest(home) === day) return false;
  home.state
    .prepare("INSERT INTO settings (name, value) VALUES ('digest-sent', ?) ON CONFLICT DO UPDATE SET value = excluded.value")
    .run(day);
  const runs = listRuns(home.state, runsAtMost).filter((run) => run.startedAt > now - dayMs && run.kind === 'backup');
  putOut(home, digestNotice(statusReport(home.state, now), runs), { mail: true, webhooks: true, eventLog: false }, now);
  return true;
}

function lastDigest(home: Pick<Home, 'state'>): string | undefined {
  const row = home.state.prepare("SELECT value FROM settings WHERE name = 'digest-sent'").get();
  return row === undefined ? undefined : String(row['value']);
}

function localDay(now: number): string {
  const date = new Date(now);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

function localTime(now: number): string {
  return new Date(now).toTimeString().slice(0, 5);
}
