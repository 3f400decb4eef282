import { asHostkeepError, HostkeepError, type DamageView, type EventRow, type EventsView } from '#contract';
import { isEventLog, openEventLog, xmlText, type LogEvent } from '#engine/objects';
import type { ObjectFile } from './object-file.ts';

export interface EventsWanted {
  /** Milliseconds since 1970; null for all. */
  readonly since: number | null;
  /** Event ids; null for all. */
  readonly ids: readonly number[] | null;
  /** The worst is 1; events of a level up to this one. Null for all. */
  readonly level: number | null;
  readonly count: number;
  readonly xml: boolean;
  readonly signal: AbortSignal;
}

const mostDamage = 100;

/** The newest events of a log that fit. @throws HostkeepError recovery/not-an-object, format/evtx-corrupt */
export async function listEvents(file: ObjectFile, wanted: EventsWanted): Promise<EventsView> {
  if (!(await isEventLog(file.bytes)))
    throw new HostkeepError('recovery/not-an-object', { path: file.path, expected: 'event log' });
  const log = await openEventLog(file.bytes);
  const damage: DamageView[] = [];
  const onDamage = (error: unknown): void => {
    const { code, message } = asHostkeepError(error);
    if (damage.length < mostDamage) damage.push({ code, reason: message });
  };
  const events: EventRow[] = [];
  for await (const event of log.events({ newestFirst: true, onDamage, signal: wanted.signal })) {
    if (!fits(event, wanted)) continue;
    if (events.length >= wanted.count) return { events, more: true, damage };
    events.push(rowOf(event, wanted.xml));
  }
  return { events, more: false, damage };
}

function fits(event: LogEvent, { since, ids, level }: EventsWanted): boolean {
  if (since !== null && (event.time === null || event.time < since)) return false;
  if (ids !== null && (event.id === null || !ids.includes(event.id))) return false;
  // 0 is written always, and shown as information.
  return level === null || (event.level === 0 ? 4 : (event.level ?? 4)) <= level;
}

function rowOf({ xml, ...event }: LogEvent, withXml: boolean): EventRow {
  return { ...event, xml: withXml ? xmlText(xml) : null };
}
