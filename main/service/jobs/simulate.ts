/** Which points a job would have at any future day, when its schedule goes on as it is. */
import { HostkeepError, type Job, type Retention, type RetentionVerdict } from '#contract';
import {
  byPolicy,
  hasRetention,
  simulateRetention,
  startsOf,
  timetableOf,
  type JobRetention,
  type NamedPoint,
  type SimulatedDay,
} from '#engine/jobs';

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
  job: Pick<Job, 'name' | 'schedule'> & JobRetention,
  of: { readonly points: readonly NamedPoint[]; readonly now: number; readonly days: number },
): readonly SimulatedPoints[] {
  if (!hasRetention(job)) throw new HostkeepError('retention/none', { job: job.name });
  const starts: number[] = [];
  for (const { at } of startsOf(timetableOf(job.schedule), { handledUntil: of.now, now: of.now })) {
    if (at > of.now + of.days * dayMs || starts.length >= startsAtMost) break;
    starts.push(at);
  }
  const present = [...new Map(of.points.map(({ vm, name }) => [vm, { vm, name }])).values()];
  const vms = present.length === 0 ? [{ vm: 'each VM', name: 'each VM' }] : present;
  const coming = starts.flatMap((at, index) =>
    vms.map(({ vm, name }): NamedPoint => ({ id: `+${index + 1}`, vm, name, time: at, pinned: null })),
  );
  const groups = byPolicy(job, [...of.points, ...coming]).map(({ policy, points }) =>
    simulateGroup(points, policy, of.now, starts),
  );
  return starts.map((at, index) => ({
    at: new Date(at).toISOString(),
    kept: groups.flatMap((group) => group[index]?.kept ?? []),
    dropped: groups.flatMap((group) => group[index]?.dropped ?? []),
  }));
}

function simulateGroup(
  points: readonly NamedPoint[],
  policy: Retention | null,
  now: number,
  starts: readonly number[],
): readonly Omit<SimulatedDay, 'at'>[] {
  const there = points.filter((point) => !point.id.startsWith('+'));
  const arriving = Map.groupBy(
    points.filter((point) => point.id.startsWith('+')),
    (point) => point.time,
  );
  if (policy !== null)
    return [
      ...simulateRetention(
        there,
        policy,
        starts.map((at) => ({ at, arriving: arriving.get(at) ?? [] })),
      ),
    ];
  const verdictOf = ({ id, vm, time }: NamedPoint): RetentionVerdict => ({
    point: id,
    vm,
    time,
    reasons: [{ rule: 'no-policy' }],
  });
  return starts.map((at) => ({ kept: points.filter((point) => point.time <= Math.max(at, now)).map(verdictOf), dropped: [] }));
}
