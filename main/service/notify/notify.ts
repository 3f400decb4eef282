/** Who is told of what, and by which way. */
import { readFile } from 'node:fs/promises';
import { HostkeepError, type Alert, type Job } from '#contract';
import type { Secrets } from '#engine/ports';
import type { Home } from '../home.ts';
import type { JobOutcome } from '../jobs/run-job.ts';
import { machineEventLog } from './event-log.ts';
import { sendMail } from './mail.ts';
import { alertNotice, runNotice, type Notice } from './message.ts';
import { enqueue, flushOutbox, type Deliver, type Delivered } from './outbox.ts';
import { readNotifySettings, type NotifySettings } from './settings.ts';
import { postWebhook } from './webhook.ts';

export const mailSecret = 'notify-mail';
export const webhookSecret = (name: string): string => `notify-webhook-${name}`;

type Wanted = Readonly<Record<'mail' | 'webhooks' | 'eventLog', boolean>>;

/** Puts the end of a run into the outbox, for those who want to know. */
export function tellRun(
  home: Pick<Home, 'state'>,
  of: { job: Job; outcome: JobOutcome; raised: readonly Alert[] },
  now: number,
): void {
  const { job, outcome, raised } = of;
  const problem = outcome.result === 'failed' || outcome.result === 'warning';
  const wants = (when: 'never' | 'problems' | 'always'): boolean => when === 'always' || (when === 'problems' && problem);
  const { mail, webhooks, eventLog } = job.notifications;
  putOut(home, runNotice(job, outcome, raised), { mail: wants(mail), webhooks: wants(webhooks), eventLog: wants(eventLog) }, now);
}

/** Missed runs and the like: everybody wants to know. */
export function tellAlerts(home: Pick<Home, 'state'>, alerts: readonly Alert[], now: number): void {
  const loud = alerts.filter((alert) => alert.severity === 'alert');
  if (loud.length > 0) putOut(home, alertNotice(loud), everywhere, now);
}

export const everywhere: Wanted = { mail: true, webhooks: true, eventLog: true };

export function putOut(home: Pick<Home, 'state'>, notice: Notice, wanted: Wanted, now: number): void {
  const settings = readNotifySettings(home.state);
  if (wanted.mail && settings.mail !== null) enqueue(home.state, { channel: 'mail', target: '' }, notice, now);
  if (wanted.webhooks)
    for (const { name } of settings.webhooks) enqueue(home.state, { channel: 'webhook', target: name }, notice, now);
  if (wanted.eventLog && settings.eventLog) enqueue(home.state, { channel: 'event-log', target: '' }, notice, now);
}

export interface Courier {
  readonly home: Pick<Home, 'state' | 'secrets'>;
  readonly now: () => number;
  /** Writes to the event log; this computer's own when left out. */
  readonly writeEvent?: (notice: Notice) => Promise<void>;
}

/** Delivers what waits. Never throws for a notice that could not be delivered: it waits on. */
export function deliverNotices(courier: Courier): Promise<Delivered> {
  const { home, now } = courier;
  return flushOutbox(home.state, delivery(courier, readNotifySettings(home.state)), now);
}

function delivery({ home, now, writeEvent = machineEventLog() }: Courier, settings: NotifySettings): Deliver {
  return async ({ id, channel, target, notice }) => {
    if (channel === 'mail') {
      const { mail } = settings;
      if (mail === null) throw new HostkeepError('notify/no-target', { channel });
      const password = mail.user === null ? undefined : await secretFrom(home.secrets, mailSecret, mail.passwordFile);
      return sendMail(mail, password, notice);
    }
    if (channel === 'event-log') {
      if (writeEvent === undefined) throw new HostkeepError('notify/no-target', { channel });
      return writeEvent(notice);
    }
    const webhook = settings.webhooks.find((one) => one.name === target);
    if (webhook === undefined) throw new HostkeepError('notify/no-target', { channel, target });
    const key = await secretFrom(home.secrets, webhookSecret(target), webhook.keyFile);
    return postWebhook({ url: webhook.url, key, delivery: String(id), at: now(), body: JSON.stringify(notice.data) });
  };
}

/** @throws HostkeepError notify/no-secret */
async function secretFrom(secrets: Secrets, name: string, file: string | null): Promise<string> {
  if (file !== null) return firstLineOf(file, name);
  const found = await secrets.get(name);
  if (found === undefined) throw new HostkeepError('notify/no-secret', { secret: name });
  return found;
}

async function firstLineOf(file: string, secret: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).split(/\r?\n/, 1)[0] ?? '';
  } catch (cause) {
    throw new HostkeepError('notify/no-secret', { secret, file }, cause);
  }
}
