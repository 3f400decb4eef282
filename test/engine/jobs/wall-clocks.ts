/** What the tests know of zones, found by looking at the clock of each hour: independent of the code under test. */
import * as fc from 'fast-check';

export const zones = [
  'Europe/Vienna',
  'Europe/London',
  'Europe/Dublin',
  'America/New_York',
  'America/St_Johns',
  'America/Santiago',
  'America/Asuncion',
  'America/Havana',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Tehran',
  'Asia/Beirut',
  'Asia/Gaza',
  'Australia/Adelaide',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Norfolk',
  'Antarctica/Troll',
  'UTC',
];

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
export const decade = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2030, 0, 1) };

/** A stretch of time with one offset. */
interface Segment {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

const known = new Map<string, readonly Segment[]>();

/** The offsets of a zone over the decade and a little around it, to the minute. */
export function segmentsOf(zone: string): readonly Segment[] {
  const found = known.get(zone) ?? scan(zone);
  known.set(zone, found);
  return found;
}

function scan(zone: string): readonly Segment[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const offsetAt = (instant: number): number => {
    const text = format.formatToParts(instant).find((part) => part.type === 'timeZoneName')!.value;
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(text)!;
    return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * hourMs + Number(minutes ?? 0) * 60_000);
  };
  const [begin, end] = [decade.from - 10 * dayMs, decade.to + 800 * dayMs];
  const segments: Segment[] = [];
  let from = begin;
  let offset = offsetAt(begin);
  for (let at = begin; at < end; at += dayMs) {
    // No clock is changed and changed back within a day.
    if (offsetAt(at + dayMs) === offset) continue;
    let change = at;
    while (offsetAt(change) === offset) change += 15 * 60_000;
    segments.push({ from, to: change, offset });
    from = change;
    offset = offsetAt(change);
  }
  return [...segments, { from, to: end, offset }];
}

/** The first instant at which the wall clock shows that time or a later one. */
export function firstInstant(zone: string, wall: number): number {
  for (const { from, to, offset } of segmentsOf(zone)) {
    if (wall - offset < from && from + offset >= wall) return from;
    if (wall - offset >= from && wall - offset < to) return wall - offset;
  }
  throw new Error(`outside what is known of ${zone}`);
}

export function wallOf(zone: string, instant: number): number {
  return instant + segmentsOf(zone).find(({ to }) => instant < to)!.offset;
}

const two = (value: number): string => String(value).padStart(2, '0');
export const anyZone = fc.constantFrom(...zones);
export const anyTime = fc
  .tuple(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 23 })), fc.constantFrom(0, 15, 30, 37, 59))
  .map(([hour, minute]) => `${two(hour)}:${two(minute)}`);
export const times = fc.uniqueArray(anyTime, { minLength: 1, maxLength: 4 });
