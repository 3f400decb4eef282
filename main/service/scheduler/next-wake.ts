import type { Zone } from '#engine/jobs';
import type { WakeTimes } from '#engine/ports';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The next wake after an instant, on the wall clock of the machine. */
export function nextWake(wake: WakeTimes, zone: Zone, after: number): number {
  return wake.kind === 'daily' ? nextDaily(wake.at, zone, after) : nextOnGrid(wake, zone, after);
}

function nextDaily(at: readonly string[], zone: Zone, after: number): number {
  const today = Math.floor(zone.wallOf(after) / dayMs) * dayMs;
  const candidates = [-1, 0, 1, 2]
    .flatMap((ahead) => at.map((time) => zone.instantOf(today + ahead * dayMs + minuteOfDay(time) * minuteMs)))
    .filter((instant) => instant > after);
  return Math.min(...candidates);
}

/** Looked for minute by minute, so that it holds through a change of the clock. */
function nextOnGrid(wake: Extract<WakeTimes, { kind: 'interval' }>, zone: Zone, after: number): number {
  const first = Math.floor(after / minuteMs) * minuteMs + minuteMs;
  for (let ahead = 0; ahead <= 2 * 24 * 60; ahead += 1) {
    const instant = first + ahead * minuteMs;
    const minute = Math.floor((zone.wallOf(instant) % dayMs) / minuteMs);
    if ((minute - minuteOfDay(wake.from) + 24 * 60) % wake.minutes === 0) return instant;
  }
  return first + dayMs;
}

function minuteOfDay(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}
