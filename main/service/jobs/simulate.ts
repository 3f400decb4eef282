/** Which points a job would have at any future day, when its schedule goes on as it is. */
import type { Job, RetentionVerdict } from '#contract';
import { simulateRetention, startsOf, timetableOf, type DatedPoint } from '#engine/jobs';
import { HostkeepError } from '#contract';

export interface SimulatedPoints {
  /** ISO 8601, UTC: after this start's prune. */
  readonly at: string;
  readonly kept: readonly RetentionVerdict[];
  readonly dropped: readonly RetentionVerdict[];
}

const dayMs = 86_400_000;
const startsAtMost = 20_000;

/** One entry per future start. A point that does not exist yet is named `+N`, the Nth start from now. */
export function simulateJob(
  job: Pick<Job, 'name' | 'schedule' | 'retention'>,
  of: { readonly points: readonly DatedPoint[]; readonly now: number; readonly days: number },
): readonly SimulatedPoints[] {
  if (job.retention === null) throw new HostkeepError('retention/none', { job: job.name });
  const vms = [...new Set(of.points.map((point) => point.vm))];
  const named = vms.length === 0 ? ['each VM'] : vms;
  const moments: { readonly at: number; readonly arriving: readonly DatedPoint[] }[] = [];
  for (const { at } of startsOf(timetableOf(job.schedule), { handledUntil: of.now, now: of.now })) {
    if (at > of.now + of.days * dayMs || moments.length >= startsAtMost) break;
    const ordinal = moments.length + 1;
    moments.push({ at, arriving: named.map((vm) => ({ id: `+${ordinal}`, vm, time: at, pinned: null })) });
  }
  return [...simulateRetention(of.points, job.retention, moments)].map(({ at, kept, dropped }) => ({
    at: new Date(at).toISOString(),
    kept,
    dropped,
  }));
}
