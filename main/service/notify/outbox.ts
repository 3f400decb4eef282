/**
 * Notices wait here until they are delivered: written down before the first attempt, tried again with growing pauses, given up after
 * a day. So a mail server that is down for an hour costs no notice, and a process that dies costs none either.
 */
import type { DatabaseSync } from 'node:sqlite';
import { asHostkeepError, hasCode, type ErrorCode } from '#contract';
import type { Notice } from './message.ts';

export type Channel = 'mail' | 'webhook' | 'event-log';

export interface Waiting {
  readonly id: number;
  readonly channel: Channel;
  /** Name of the webhook; empty for the others. */
  readonly target: string;
  readonly notice: Notice;
  readonly createdAt: number;
  readonly attempts: number;
  readonly nextAt: number;
}

export type Deliver = (waiting: Waiting) => Promise<void>;

export interface Delivered {
  readonly delivered: number;
  readonly waiting: number;
  /** Tried now, and tried again later. */
  readonly postponed: readonly Undelivered[];
  /** Given up, with the last reason. */
  readonly failed: readonly Undelivered[];
}

export interface Undelivered {
  readonly channel: Channel;
  readonly target: string;
  readonly why: string;
}

const pausesMinutes = [1, 2, 5, 15, 30, 60] as const;
const givenUpAfterMs = 24 * 60 * 60 * 1000;
/** Longer than any attempt takes: until then no other process tries the same. Should this one die, somebody does then. */
const heldMs = 5 * 60 * 1000;
/** Longer than any pause: what is to be tried later than that was noted while the clock was ahead. */
const aheadMs = 2 * 60 * 60 * 1000;
const final: readonly ErrorCode[] = ['notify/mail-refused', 'notify/webhook-refused', 'notify/no-target'];
const unreachable: readonly ErrorCode[] = ['notify/mail-unreachable', 'notify/webhook-unreachable'];

export function enqueue(
  state: DatabaseSync,
  to: { readonly channel: Channel; readonly target: string },
  notice: Notice,
  now: number,
): void {
  state
    .prepare('INSERT INTO deliveries (channel, target, body, created_at, next_at) VALUES (?1, ?2, ?3, ?4, ?4)')
    .run(to.channel, to.target, JSON.stringify(notice), now);
}

/**
 * Tries everything whose time has come, oldest first. Where one could not be reached now, what else waits for it waits on: a dead server
 * costs one attempt's patience and not one for every notice.
 */
export async function flushOutbox(state: DatabaseSync, deliver: Deliver, now: () => number): Promise<Delivered> {
  const rows = state
    .prepare(
      'SELECT * FROM deliveries WHERE delivered_at IS NULL AND error IS NULL AND (next_at <= ?1 OR next_at > ?1 + ?2) ORDER BY id LIMIT 200',
    )
    .all(now(), aheadMs);
  let delivered = 0;
  const failed: Undelivered[] = [];
  const postponed: Undelivered[] = [];
  const away = new Set<string>();
  for (const row of rows) {
    const waiting = toWaiting(row);
    const way = `${waiting.channel} ${waiting.target}`;
    if (away.has(way) || !hold(state, waiting, now())) continue;
    try {
      await deliver(waiting);
      state.prepare('UPDATE deliveries SET delivered_at = ?, attempts = attempts + 1 WHERE id = ?').run(now(), waiting.id);
      delivered += 1;
    } catch (error) {
      const { code, message } = asHostkeepError(error);
      if (unreachable.includes(code)) away.add(way);
      const over = hasCode(error, ...final) || now() - waiting.createdAt > givenUpAfterMs;
      const pause = pausesMinutes[Math.min(waiting.attempts, pausesMinutes.length - 1)]! * 60_000;
      state
        .prepare('UPDATE deliveries SET attempts = attempts + 1, next_at = ?, error = ? WHERE id = ?')
        .run(now() + pause, over ? message : null, waiting.id);
      (over ? failed : postponed).push({ channel: waiting.channel, target: waiting.target, why: message });
    }
  }
  const left = state.prepare('SELECT count(*) AS n FROM deliveries WHERE delivered_at IS NULL AND error IS NULL').get();
  return { delivered, waiting: Number(left?.['n']), postponed, failed };
}

/** False where another process has it: two that wake at once must not tell twice. */
function hold(state: DatabaseSync, { id, nextAt }: Waiting, now: number): boolean {
  const held = state
    .prepare('UPDATE deliveries SET next_at = ? WHERE id = ? AND next_at = ? AND delivered_at IS NULL AND error IS NULL')
    .run(now + heldMs, id, nextAt);
  return held.changes === 1;
}

function toWaiting(row: Record<string, unknown>): Waiting {
  return {
    id: Number(row['id']),
    channel: row['channel'] as Channel,
    target: String(row['target']),
    notice: JSON.parse(String(row['body'])) as Notice,
    createdAt: Number(row['created_at']),
    attempts: Number(row['attempts']),
    nextAt: Number(row['next_at']),
  };
}
