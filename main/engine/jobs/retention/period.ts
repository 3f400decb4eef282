import { dayMs, dayOf } from '../calendar/wall.ts';

export type Period = 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly';

/** The period of a wall time: `2026-03-01T14`, `2026-03-01`, `2026-W09` (ISO 8601), `2026-03`, `2026`. */
export function periodOf(rule: Period, wall: number): string {
  const text = new Date(wall).toISOString();
  if (rule === 'hourly') return text.slice(0, 13);
  if (rule === 'daily') return text.slice(0, 10);
  if (rule === 'weekly') return weekOf(wall);
  return text.slice(0, rule === 'monthly' ? 7 : 4);
}

/** A week belongs to the year that its Thursday is in. */
function weekOf(wall: number): string {
  const day = dayOf(wall);
  const thursday = day + (3 - ((new Date(day).getUTCDay() + 6) % 7)) * dayMs;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1)) / dayMs / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}
