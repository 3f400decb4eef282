import { toErrorData, type PointId, type RestorePoint, type VerifiedPoint } from '#contract';
import { openGuest } from '#engine/recovery';
import type { DamagedPoint, Repository } from '#engine/repository';
import { verifyAndKeep, type VerifyOptions } from './verify-point.ts';
import { stopWhenCancelled } from './watch.ts';

export interface SeriesOptions extends VerifyOptions {
  /** A point is about to be looked at, or was cancelled while it was. */
  readonly onTurn?: (point: PointId, is: 'begun' | 'cancelled') => void;
}

/** One after the other, then the damaged ones, of which nothing is known but that; what is wrong with one does not keep the others from being looked at. @throws HostkeepError input/cancelled */
export async function verifySeries(
  of: { readonly repository: Repository; readonly points: readonly RestorePoint[]; readonly damaged: readonly DamagedPoint[] },
  options: SeriesOptions,
): Promise<readonly VerifiedPoint[]> {
  const done: VerifiedPoint[] = [];
  for (const point of of.points) {
    stopWhenCancelled(options);
    done.push(await verifyOne(of.repository, point, options));
  }
  const unknown = { vm: '?', time: null, depth: options.depth, grade: null, files: 0 } as const;
  return [...done, ...of.damaged.map(({ id, error }) => ({ ...unknown, point: id, error: toErrorData(error) }))];
}

async function verifyOne(repository: Repository, point: RestorePoint, options: SeriesOptions): Promise<VerifiedPoint> {
  const { id, vm, time } = point;
  const { depth } = options;
  const onProgress: VerifyOptions['onProgress'] = (progress) =>
    options.onProgress({ ...progress, phase: `${vm}: ${progress.phase}` });
  options.onTurn?.(id, 'begun');
  try {
    const subject = { repository, point, volumes: openGuest(repository, point) };
    const { evidence, notKept } = await verifyAndKeep(subject, { ...options, onProgress });
    const { grade, reading } = evidence;
    return { point: id, vm, time, depth, grade, files: reading.files, error: notKept === null ? null : toErrorData(notKept) };
  } catch (error) {
    if (options.signal.aborted) options.onTurn?.(id, 'cancelled');
    stopWhenCancelled(options);
    return { point: id, vm, time, depth, grade: null, files: 0, error: toErrorData(error) };
  }
}
