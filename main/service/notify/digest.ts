import type { Home } from '../home.ts';
import { listRuns } from '../state/runs.ts';
import { verificationsWithin } from '../state/verifications.ts';
import { statusReport } from '../status.ts';
import { monthBefore, monthlyReport } from '../report/monthly.ts';
import { reportHtml } from '../report/report-html.ts';
import { digestNotice, monthNotice } from './message.ts';
import { putOut } from './notify.ts';
import { readNotifySettings } from './settings.ts';

const dayMs = 86_400_000;
const runsAtMost = 2000;

/** Once a day after its time: how things stand. False when it was not the time, or it has gone out already. */
export async function sendDigest(home: Pick<Home, 'state'>, now: number): Promise<boolean> {
  const { digestAt } = readNotifySettings(home.state);
  if (digestAt === null) return false;
  const day = localDay(now);
  if (localTime(now) < digestAt || lastSent(home, 'digest-sent') === day) return false;
  setSent(home, 'digest-sent', day);
  const runs = listRuns(home.state, runsAtMost).filter((run) => run.startedAt > now - dayMs);
  const verifications = verificationsWithin(home.state, { from: now - dayMs, to: now });
  putOut(
    home,
    digestNotice(statusReport(home.state, now), { runs, verifications }),
    { mail: true, webhooks: true, eventLog: false },
    now,
  );
  return true;
}

/** Once a month, on its first look after the time of the digest: the report of the month before. False when it went out already. */
export async function sendMonthlyReport(home: Pick<Home, 'state'>, now: number): Promise<boolean> {
  const { monthlyReport: wanted, digestAt, reportLanguage } = readNotifySettings(home.state);
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const month = monthBefore(now, timeZone);
  if (!wanted || localTime(now) < (digestAt ?? usualTime) || lastSent(home, 'report-sent') === month) return false;
  setSent(home, 'report-sent', month);
  const report = monthlyReport(home.state, { month, timeZone, now });
  const notice = monthNotice(report, reportHtml(report, reportLanguage), reportLanguage);
  putOut(home, notice, { mail: true, webhooks: false, eventLog: false }, now);
  return true;
}

const usualTime = '07:00';

type Sent = 'digest-sent' | 'report-sent';

function lastSent(home: Pick<Home, 'state'>, what: Sent): string | undefined {
  const row = home.state.prepare('SELECT value FROM settings WHERE name = ?').get(what);
  return row === undefined ? undefined : String(row['value']);
}

function setSent(home: Pick<Home, 'state'>, what: Sent, value: string): void {
  home.state
    .prepare('INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
    .run(what, value);
}

function localDay(now: number): string {
  const date = new Date(now);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

function localTime(now: number): string {
  return new Date(now).toTimeString().slice(0, 5);
}
