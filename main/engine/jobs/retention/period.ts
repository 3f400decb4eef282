import { dayMs, dayOf } from '../calendar/wall.ts';
import type { Zone } from '../calendar/zone.ts';

export type Period = 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly';

/** The period of a wall time: `2026-03-01T14`, `2026-03-01`, `2026-W09` (ISO 8601), `2026-03`, `2026`. */
function periodOf(rule: Period, wall: number): string {
  const text = new Date(wall).toISOString();
  if (rule === 'hourly') return text.slice(0, 13);
  if (rule === 'daily') return text.slice(0, 10);
  if (rule === 'weekly') return weekOf(wall);
  return text.slice(0, rule === 'monthly' ? 7 : 4);
}

/** The period of a moment. */
export type PeriodAt = (rule: Period, time: number) => string;

export function periodsIn(zone: Zone): PeriodAt {
  return (rule, time) => periodOf(rule, zone.wallOf(time));
}

/** The same, worked out once for every moment: for whoever asks of the same ones again and again. */
export function remembered(periodAt: PeriodAt): PeriodAt {
  const known = new Map<number, Partial<Record<Period, string>>>();
  return (rule, time) => {
    const of = known.get(time) ?? {};
    if (!known.has(time)) known.set(time, of);
    return (of[rule] ??= periodAt(rule, time));
  };
}

/** A week belongs to the year that its Thursday is in. */
function weekOf(wall: number): string {
  const day = dayOf(wall);
  const thursday = day + (3 - ((new Date(day).getUTCDay() + 6) % 7)) * dayMs;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / dayMs / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}
