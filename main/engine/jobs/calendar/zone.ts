/** A time zone: between instants (milliseconds since 1970) and its wall clock (the same digits read as if they were UTC). */
export interface Zone {
  readonly name: string;
  /** What the wall clock shows at an instant. */
  wallOf(instant: number): number;
  /**
   * When the wall clock shows that. A time that the clock skips is the moment of the skip; one that it shows twice is the first of
   * the two. So the order of wall times is kept, and every wall time is one instant.
   */
  instantOf(wall: number): number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Further than any jump of a clock that the zone database knows. */
const aroundMs = 36 * hourMs;

export function zoneOf(name: string): Zone {
  const offsetAt = offsetsOf(name);
  const wallOf = (instant: number): number => {
    const day = Math.floor(instant / dayMs) * dayMs;
    const offset = offsetAt(day);
    // No zone changes its clock twice within a day, so a day that begins and ends alike is the same throughout.
    return instant + (offset === offsetAt(day + dayMs) ? offset : offsetAt(instant));
  };
  return { name, wallOf, instantOf: (wall) => instantOf(wall, wallOf) };
}

/** How far the wall clock is ahead of UTC. Asking costs much, so that answers for the beginnings of days are kept. */
function offsetsOf(name: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const ofDays = new Map<number, number>();
  return (instant) => {
    const kept = ofDays.get(instant);
    if (kept !== undefined) return kept;
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(instant)) parts[type] = Number(value);
    const { year, month, day, hour, minute, second } = parts;
    const wall = Date.UTC(year!, month! - 1, day, hour, minute, second);
    const offset = wall - Math.floor(instant / 1000) * 1000;
    if (instant % dayMs === 0) ofDays.set(instant, offset);
    return offset;
  };
}

function instantOf(wall: number, wallOf: (instant: number) => number): number {
  const offsets = [wall - aroundMs, wall + aroundMs].map((near) => wallOf(near) - near);
  const fitting = offsets.map((offset) => wall - offset).filter((instant) => wallOf(instant) === wall);
  return fitting.length > 0 ? Math.min(...fitting) : skipBefore(wall, wallOf);
}

/** The moment at which the clock jumps over a wall time. */
function skipBefore(wall: number, wallOf: (instant: number) => number): number {
  let [before, after] = [wall - aroundMs, wall + aroundMs];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (wallOf(middle) < wall) before = middle;
    else after = middle;
  }
  return after;
}

/** `2026-03-29T03:00+02:00`. */
export function localText(zone: Zone, instant: number): string {
  const wall = zone.wallOf(instant);
  const minutes = Math.round((wall - instant) / 60_000);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
  return `${new Date(wall).toISOString().slice(0, 16)}${offset}`;
}
