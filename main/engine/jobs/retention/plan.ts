import type { KeepReason, PointId, Retention, RetentionVerdict } from '#contract';
import { zoneOf } from '../calendar/zone.ts';
import { periodsIn, type Period, type PeriodAt } from './period.ts';

/** What retention looks at of a restore point. */
export interface DatedPoint {
  readonly id: PointId;
  readonly vm: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Why somebody pinned it; null when nobody did. */
  readonly pinned: string | null;
}

const hourMs = 3_600_000;

/**
 * Says of every point why it stays; one without a reason may go. The newest of each VM always has one. The order of the points that
 * are given does not matter.
 */
export function planRetention(
  points: readonly DatedPoint[],
  policy: Retention,
  periodAt: PeriodAt = periodsIn(zoneOf(policy.timeZone)),
): readonly RetentionVerdict[] {
  const byVm = Map.groupBy(points, (point) => point.vm);
  return [...byVm.values()].flatMap((ofVm) => planVm(ofVm.toSorted(newestFirst), policy, periodAt));
}

function newestFirst(a: DatedPoint, b: DatedPoint): number {
  return b.time - a.time || (a.id < b.id ? -1 : 1);
}

function planVm(points: readonly DatedPoint[], policy: Retention, periodAt: PeriodAt): readonly RetentionVerdict[] {
  const newest = points[0]?.time ?? 0;
  const periods = (['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const).map((rule) => ({
    rule,
    takes: periodTaker(rule, policy[rule], periodAt),
  }));
  return points.map(({ id, vm, time, pinned }, at): RetentionVerdict => {
    const reasons: KeepReason[] = [];
    if (at === 0) reasons.push({ rule: 'latest' });
    if (pinned !== null) reasons.push({ rule: 'pinned', why: pinned });
    if (at < policy.keepLast) reasons.push({ rule: 'keep-last', place: at + 1 });
    if (policy.keepWithinHours > 0 && time > newest - policy.keepWithinHours * hourMs)
      reasons.push({ rule: 'keep-within', hours: policy.keepWithinHours });
    for (const { rule, takes } of periods) {
      const taken = takes(time);
      if (taken !== undefined) reasons.push({ rule, ...taken });
    }
    if (at < policy.floor) reasons.push({ rule: 'floor' });
    return { point: id, vm, time, reasons };
  });
}

/** Told of points from the newest to the oldest, takes the first of each period until it has enough. */
function periodTaker(
  rule: Period,
  wanted: number,
  periodAt: PeriodAt,
): (time: number) => { readonly period: string; readonly place: number } | undefined {
  let [last, place] = ['', 0];
  return (time) => {
    if (place >= wanted) return undefined;
    const period = periodAt(rule, time);
    if (period === last) return undefined;
    last = period;
    place += 1;
    return { period, place };
  };
}
