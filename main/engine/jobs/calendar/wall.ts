/** Arithmetic of wall times: milliseconds of the clock's digits read as if they were UTC. */
import { weekdays, type Weekday } from '#contract';

export const dayMs = 86_400_000;
export const minuteMs = 60_000;

export function dayOf(wall: number): number {
  return Math.floor(wall / dayMs) * dayMs;
}

/** `22:30` as milliseconds since midnight. */
export function timeMs(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours! * 60 + minutes!) * minuteMs;
}

export function weekdayOf(wall: number): Weekday {
  return weekdays[(new Date(wall).getUTCDay() + 6) % 7]!;
}
