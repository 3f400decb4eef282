/** What a person lets go of by hand. It goes the way of what a policy drops: whole until its grace is over. */
import { HostkeepError, type PointId } from '#contract';
import { acquireLockToFree, dropPoint, forgetPoint, listPins, removeDrop, type Repository } from '#engine/repository';

export interface Forgotten {
  readonly forgotten: PointId;
  /** Until when `undelete` brings it back, milliseconds since 1970; null when it is gone already. */
  readonly goneAt: number | null;
}

export interface ForgetOptions {
  readonly graceDays: number;
  /** Removes it at once: for what cannot be read anyway, and for who must have the space today. */
  readonly atOnce: boolean;
  /** Who let it go, for the list of what can come back. */
  readonly by: string;
  /** Ends the wait for a lock. */
  readonly signal?: AbortSignal;
}

export const usualGraceDays = 7;
const dayMs = 86_400_000;

/** @throws HostkeepError retention/pinned, repository/locked, storage/* */
export async function forgetByHand(repository: Repository, point: PointId, options: ForgetOptions): Promise<Forgotten> {
  const { storage, clock } = repository;
  const place = options.signal === undefined ? repository : { ...repository, signal: options.signal };
  const lock = await acquireLockToFree(place, 'shared', 'forget');
  try {
    const pin = (await listPins(storage)).find((one) => one.point === point);
    if (pin !== undefined) throw new HostkeepError('retention/pinned', { point, why: pin.why });
    if (options.atOnce) {
      await forgetPoint(repository, point);
      await removeDrop(storage, point);
      return { forgotten: point, goneAt: null };
    }
    const at = clock.now();
    return {
      forgotten: point,
      goneAt: await dropPoint(storage, { point, at, until: at + options.graceDays * dayMs, by: options.by }),
    };
  } finally {
    await lock.release();
  }
}
