/** Retention on a real repository: dropping what a job's policy does not keep, and freeing its space when the grace is over. */
import { HostkeepError, type Job, type PointId, type RestorePoint, type RetentionVerdict } from '#contract';
import { byPolicy, hasRetention, planDrop, refuseFuture, type DropPlan, type JobRetention, type NamedPoint } from '#engine/jobs';
import {
  acquireLockToFree,
  compactRepository,
  dropPoint,
  expiredIds,
  listDrops,
  listEveryPoint,
  listPins,
  removeExpired,
  type CompactOptions,
  type CompactReport,
  type Repository,
} from '#engine/repository';

export interface PruneReport {
  readonly job: string;
  readonly dropped: readonly RetentionVerdict[];
  readonly kept: readonly RetentionVerdict[];
  /** When the last of the dropped points goes for good, milliseconds since 1970. */
  readonly goneAt: number;
}

export interface PruneOptions {
  readonly confirmed: boolean;
  /** Says what would go, and drops nothing. */
  readonly dryRun: boolean;
  /** Ends the wait for a lock, and what is not dropped yet stays. */
  readonly signal: AbortSignal;
}

const dayMs = 86_400_000;

/**
 * Phase one. Decides from every manifest: when one cannot be read, nobody knows whose it is, and nothing is dropped.
 * @throws HostkeepError retention/*, repository/unreadable-points, repository/locked, storage/*
 */
export async function pruneJob(
  repository: Repository,
  job: Pick<Job, 'id' | 'name'> & JobRetention,
  options: PruneOptions,
): Promise<PruneReport> {
  if (!hasRetention(job)) throw new HostkeepError('retention/none', { job: job.name });
  const lock = await acquireLockToFree({ ...repository, signal: options.signal }, 'shared', `prune ${job.name}`);
  try {
    const now = repository.clock.now();
    // Every policy has its say before anything is dropped.
    const plans = byPolicy(job, await pointsOfJob(repository, job.id)).map(({ policy, points }) =>
      policy === null
        ? keepAll(points)
        : { ...planDrop(points, policy, { now, confirmed: options.confirmed }), graceDays: policy.graceDays },
    );
    let goneAt = now;
    for (const { drop, graceDays } of plans) {
      const until = now + graceDays * dayMs;
      if (drop.length > 0) goneAt = Math.max(goneAt, until);
      for (const verdict of options.dryRun ? [] : drop) {
        lock.signal.throwIfAborted();
        options.signal.throwIfAborted();
        await dropPoint(repository.storage, { point: verdict.point, at: now, until, by: job.name });
      }
    }
    return { job: job.id, dropped: plans.flatMap((plan) => plan.drop), kept: plans.flatMap((plan) => plan.keep), goneAt };
  } finally {
    await lock.release();
  }
}

function keepAll(points: readonly NamedPoint[]): Pick<DropPlan, 'drop' | 'keep'> & { readonly graceDays: number } {
  const keep = points.map(({ id, vm, time }) => ({ point: id, vm, time, reasons: [{ rule: 'no-policy' as const }] }));
  return { drop: [], keep, graceDays: 0 };
}

/** A job's points that are not dropped, as retention looks at them. @throws HostkeepError repository/unreadable-points, storage/* */
export async function pointsOfJob(repository: Repository, job: string): Promise<readonly NamedPoint[]> {
  const dropped = new Set((await listDrops(repository.storage)).map((one) => one.point));
  const pins = new Map((await listPins(repository.storage)).map((pin) => [pin.point, pin.why]));
  const points = await readablePoints(repository, dropped);
  return points
    .filter((point) => point.job === job && !dropped.has(point.id))
    .map(({ id, vm, vmId, time }) => ({ id, vm: vmId ?? vm, name: vm, time, pinned: pins.get(id) ?? null }));
}

/** Every point, where each can be read but for those that are `going` anyway. */
async function readablePoints(repository: Repository, going: ReadonlySet<PointId>): Promise<readonly RestorePoint[]> {
  const listed = await listEveryPoint(repository);
  const damaged = listed.damaged.filter((point) => !going.has(point.id));
  if (damaged.length === 0) return listed.points;
  throw new HostkeepError('repository/unreadable-points', { points: damaged.map((point) => point.id) }, damaged[0]?.error);
}

export interface FreeReport extends CompactReport {
  /** Dropped points that went for good. */
  readonly gone: readonly PointId[];
}

/**
 * Phase two, and the space: under the exclusive lock what was dropped long enough ago goes, then what nobody needs. It can be done
 * again when it was cut off. @throws HostkeepError retention/clock-went-back, repository/unreadable-points, repository/locked
 */
export async function freeSpace(repository: Repository, options: CompactOptions): Promise<FreeReport> {
  const lock = await acquireLockToFree({ ...repository, signal: options.signal }, 'exclusive', 'compact');
  try {
    const now = repository.clock.now();
    // What somebody dropped says nothing of the clock: it may have been dropped because its time was wrong.
    const dropped = new Set((await listDrops(repository.storage)).map((one) => one.point));
    const points = await readablePoints(repository, new Set(await expiredIds(repository.storage, now)));
    refuseFuture(
      points.filter((point) => !dropped.has(point.id)).map((point) => point.time),
      now,
    );
    const gone = await removeExpired(repository.storage, now);
    const signal = AbortSignal.any([options.signal, lock.signal]);
    return { ...(await compactRepository(repository, { ...options, signal, confirm: lock.confirm })), gone };
  } finally {
    await lock.release();
  }
}

/** Whether a compact would let dropped points go. */
export async function somethingExpired(repository: Repository): Promise<boolean> {
  return (await expiredIds(repository.storage, repository.clock.now())).length > 0;
}
