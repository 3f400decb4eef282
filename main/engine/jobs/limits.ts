import type { Job, LoadLimits } from '#contract';
import { isWithin } from './calendar/allowed.ts';
import { zoneOf } from './calendar/zone.ts';

/** How hard a run may load its host at one moment. */
export type LimitsNow = Omit<LoadLimits, 'workingHours'>;

/** While people work both limits hold: the stricter of each. */
export function limitsAt({ limits, schedule }: Pick<Job, 'limits' | 'schedule'>, now: number): LimitsNow {
  const { workingHours, ...always } = limits;
  if (workingHours === null || !isWithin(workingHours.during, zoneOf(schedule.timeZone), now)) return always;
  const stricter = (a: number | null, b: number | null): number | null => (a === null || b === null ? (a ?? b) : Math.min(a, b));
  return {
    vmsAtOnce: Math.min(always.vmsAtOnce, workingHours.vmsAtOnce),
    bytesPerSecond: stricter(always.bytesPerSecond, workingHours.bytesPerSecond),
    latencyMs: stricter(always.latencyMs, workingHours.latencyMs),
  };
}
