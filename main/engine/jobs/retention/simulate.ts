import type { Retention, RetentionVerdict } from '#contract';
import { zoneOf } from '../calendar/zone.ts';
import { periodsIn, remembered } from './period.ts';
import { planRetention, type DatedPoint } from './plan.ts';

/** What is there after the prune at one moment. */
export interface SimulatedDay {
  readonly at: number;
  readonly kept: readonly RetentionVerdict[];
  readonly dropped: readonly RetentionVerdict[];
}

/**
 * Lets time pass: at every moment the points that came since are added and a prune is made, as a job does after its run. What is
 * dropped at one is gone at the next.
 */
export function* simulateRetention(
  start: readonly DatedPoint[],
  policy: Retention,
  moments: readonly { readonly at: number; readonly arriving: readonly DatedPoint[] }[],
): Generator<SimulatedDay> {
  const periodAt = remembered(periodsIn(zoneOf(policy.timeZone)));
  let points = start;
  for (const { at, arriving } of moments) {
    points = [...points, ...arriving];
    const verdicts = planRetention(points, policy, periodAt);
    const kept = verdicts.filter((verdict) => verdict.reasons.length > 0);
    const staying = new Set(kept.map((verdict) => verdict.point));
    points = points.filter((point) => staying.has(point.id));
    yield { at, kept, dropped: verdicts.filter((verdict) => verdict.reasons.length === 0) };
  }
}
