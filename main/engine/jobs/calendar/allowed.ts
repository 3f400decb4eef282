import type { Blackout, Schedule, ScheduleWindow } from '#contract';
import { dayMs, dayOf, timeMs, weekdayOf } from './wall.ts';
import type { Zone } from './zone.ts';

/** The first instant from `instant` on at which a run may start; undefined when windows and blackouts never leave one. */
export type FirstAllowed = (instant: number) => number | undefined;

/** A stretch of the wall clock, its end not in it. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What comes again does so every week; a week in which the clock changes may be the odd one out. */
const sameAgainMs = 15 * dayMs;

export function firstAllowedOf(schedule: Pick<Schedule, 'windows' | 'blackouts'>, zone: Zone): FirstAllowed {
  const { windows, blackouts } = schedule;
  if (windows.length === 0 && blackouts.length === 0) return (instant) => instant;
  /** An instant before which nothing is allowed, when this one is not. */
  const heldUntil = (instant: number): number | undefined => {
    const wall = zone.wallOf(instant);
    const held = blackouts.map((blackout) => stretchAt(blackout, wall)).find((stretch) => stretch !== undefined);
    if (held !== undefined) return instantAfter(zone, instant, held.to);
    if (windows.length === 0 || windows.some((window) => openAt(window, wall) !== undefined)) return undefined;
    return Math.min(...windows.flatMap((window) => openings(window, wall, zone).find((opens) => opens > instant) ?? []));
  };
  const lastOnce = Math.max(...blackouts.map((blackout) => (blackout.kind === 'once' ? Date.parse(`${blackout.to}Z`) : 0)), 0);
  return (instant) => {
    let at = instant;
    while (at < Math.max(instant, lastOnce) + sameAgainMs) {
      const later = heldUntil(at);
      if (later === undefined) return at;
      at = later;
    }
    return undefined;
  };
}

export function isWithin(windows: readonly ScheduleWindow[], zone: Zone, instant: number): boolean {
  const wall = zone.wallOf(instant);
  return windows.some((window) => openAt(window, wall) !== undefined);
}

function stretchAt(blackout: Blackout, wall: number): Stretch | undefined {
  if (blackout.kind === 'weekly') return openAt(blackout.during, wall);
  const stretch = { from: Date.parse(`${blackout.from}Z`), to: Date.parse(`${blackout.to}Z`) };
  return isIn(stretch, wall) ? stretch : undefined;
}

function isIn({ from, to }: Stretch, wall: number): boolean {
  return from <= wall && wall < to;
}

/** The stretch of the window that holds a wall time: it began on this day or on the one before. */
function openAt(window: ScheduleWindow, wall: number): Stretch | undefined {
  const [from, to] = [timeMs(window.from), timeMs(window.to)];
  const length = to > from ? to - from : to - from + dayMs;
  const today = dayOf(wall);
  for (const day of [today, today - dayMs]) {
    const stretch = { from: day + from, to: day + from + length };
    if (isIn(stretch, wall) && beginsOn(window, day)) return stretch;
  }
  return undefined;
}

/** When the window opens, from this day on for a week and a day. */
function openings(window: ScheduleWindow, wall: number, zone: Zone): readonly number[] {
  const days = Array.from({ length: 9 }, (_, ahead) => dayOf(wall) + ahead * dayMs);
  return days.filter((day) => beginsOn(window, day)).map((day) => zone.instantOf(day + timeMs(window.from)));
}

function beginsOn(window: ScheduleWindow, day: number): boolean {
  return window.weekdays.length === 0 || window.weekdays.includes(weekdayOf(day));
}

/** When the clock reaches a wall time, from an instant on; in the second of two equal hours that is not the first. */
function instantAfter(zone: Zone, instant: number, wall: number): number {
  const first = zone.instantOf(wall);
  return first > instant ? first : instant + (wall - zone.wallOf(instant));
}
