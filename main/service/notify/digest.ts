import type { Home } from '../home.ts';
import { inTransaction } from '../state/in-transaction.ts';
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
  if (localTime(now) < digestAt) return false;
  return once(home, { what: 'digest-sent', of: localDay(now) }, () => {
    const runs = listRuns(home.state, runsAtMost).filter((run) => run.startedAt > now - dayMs);
    const verifications = verificationsWithin(home.state, { from: now - dayMs, to: now });
    const notice = digestNotice(statusReport(home.state, now), { runs, verifications });
    putOut(home, notice, { mail: true, webhooks: true, eventLog: false }, now);
  });
}

/** Once a month, on its first look after the time of the digest: the report of the month before. False when it went out already. */
export async function sendMonthlyReport(home: Pick<Home, 'state'>, now: number): Promise<boolean> {
  const { monthlyReport: wanted, digestAt, reportLanguage } = readNotifySettings(home.state);
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  if (!wanted || localTime(now) < (digestAt ?? usualTime)) return false;
  const month = monthBefore(now, timeZone);
  return once(home, { what: 'report-sent', of: month }, () => {
    const report = monthlyReport(home.state, { month, timeZone, now });
    const notice = monthNotice(report, reportHtml(report, reportLanguage), reportLanguage);
    putOut(home, notice, { mail: true, webhooks: false, eventLog: false }, now);
  });
}

const usualTime = '07:00';

/**
 * Puts it out unless it went out for that day or month already. Several jobs wake at one minute, each in a process of its own: one of them
 * puts it out, and it counts as sent only when it is in the outbox.
 */
function once(
  { state }: Pick<Home, 'state'>,
  { what, of }: { readonly what: 'digest-sent' | 'report-sent'; readonly of: string },
  putItOut: () => void,
): boolean {
  return inTransaction(state, () => {
    const { changes } = state
      .prepare(
        'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value',
      )
      .run(what, of);
    if (changes === 0) return false;
    putItOut();
    return true;
  });
}

function localDay(now: number): string {
  const date = new Date(now);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

function localTime(now: number): string {
  return new Date(now).toTimeString().slice(0, 5);
}
