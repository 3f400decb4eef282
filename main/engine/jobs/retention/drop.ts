import { HostkeepError, type Retention, type RetentionVerdict } from '#contract';
import { planRetention, type DatedPoint } from './plan.ts';

export interface DropPlan {
  readonly verdicts: readonly RetentionVerdict[];
  readonly keep: readonly RetentionVerdict[];
  readonly drop: readonly RetentionVerdict[];
}

export interface DropOptions {
  readonly now: number;
  /** Somebody has seen what goes and wants it: the share is not looked at. */
  readonly confirmed: boolean;
}

/** Clocks of machines that share a repository differ by so much at most. */
const clockSlackMs = 10 * 60 * 1000;

/**
 * What a prune drops.
 * @throws HostkeepError retention/clock-went-back when a point is newer than now, retention/too-much-at-once
 */
export function planDrop(points: readonly DatedPoint[], policy: Retention, options: DropOptions): DropPlan {
  refuseFuture(
    points.map((point) => point.time),
    options.now,
  );
  const verdicts = planRetention(points, policy);
  const drop = verdicts.filter((verdict) => verdict.reasons.length === 0);
  if (!options.confirmed) for (const [vm, ofVm] of Map.groupBy(verdicts, (verdict) => verdict.vm)) refuseShare(vm, ofVm, policy);
  return { verdicts, keep: verdicts.filter((verdict) => verdict.reasons.length > 0), drop };
}

/** @throws HostkeepError retention/clock-went-back */
export function refuseFuture(times: readonly number[], now: number): void {
  const newest = times.reduce((latest, time) => Math.max(latest, time), 0);
  if (newest > now + clockSlackMs)
    throw new HostkeepError('retention/clock-went-back', {
      newest: new Date(newest).toISOString(),
      clock: new Date(now).toISOString(),
    });
}

/** The first drop of a VM's points is one at least, whatever share that is. */
function refuseShare(vm: string, verdicts: readonly RetentionVerdict[], policy: Retention): void {
  const drops = verdicts.filter((verdict) => verdict.reasons.length === 0).length;
  const percent = (drops * 100) / verdicts.length;
  if (drops <= 1 || percent <= policy.dropAtMostPercent) return;
  throw new HostkeepError('retention/too-much-at-once', {
    vm,
    drops,
    of: verdicts.length,
    atMostPercent: policy.dropAtMostPercent,
  });
}
