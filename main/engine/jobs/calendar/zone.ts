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
  const days = new Map<number, Day>();
  const dayFrom = (begin: number): Day => {
    const before = days.get(begin - dayMs)?.after ?? offsetAt(begin);
    const after = days.get(begin + dayMs)?.before ?? offsetAt(begin + dayMs);
    if (before === after) return { before, after, change: begin };
    return { before, after, change: firstFrom(begin, begin + dayMs, (instant) => offsetAt(instant) !== before) };
  };
  const wallOf = (instant: number): number => {
    const begin = Math.floor(instant / dayMs) * dayMs;
    let day = days.get(begin);
    if (day === undefined) days.set(begin, (day = dayFrom(begin)));
    return instant + (instant < day.change ? day.before : day.after);
  };
  return { name, wallOf, instantOf: (wall) => instantOf(wall, wallOf) };
}

/** A day of UTC, by its offsets. No zone changes its clock twice within one, so a day that begins and ends alike is the same throughout. */
interface Day {
  readonly before: number;
  readonly after: number;
  /** The first instant of the later offset. */
  readonly change: number;
}

/** How far the wall clock is ahead of UTC. Asking costs much. */
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
  return (instant) => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(instant)) parts[type] = Number(value);
    const { year, month, day, hour, minute, second } = parts;
    const wall = Date.UTC(year!, month! - 1, day, hour, minute, second);
    return wall - Math.floor(instant / 1000) * 1000;
  };
}

function instantOf(wall: number, wallOf: (instant: number) => number): number {
  const offsets = [wall - aroundMs, wall + aroundMs].map((near) => wallOf(near) - near);
  const fitting = offsets.map((offset) => wall - offset).filter((instant) => wallOf(instant) === wall);
  if (fitting.length > 0) return Math.min(...fitting);
  // The clock jumps over this wall time: the moment at which it does.
  return firstFrom(wall - aroundMs, wall + aroundMs, (instant) => wallOf(instant) >= wall);
}

/** The first instant at which something holds that does not hold at `from` and does from then on up to `to`. */
function firstFrom(from: number, to: number, holds: (instant: number) => boolean): number {
  let [before, after] = [from, to];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (holds(middle)) after = middle;
    else before = middle;
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
