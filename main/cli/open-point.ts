import type { RestorePoint } from '#contract';
import type { GuestVolumes } from '#engine/recovery';
import type { Repository } from '#engine/repository';
import type { Context } from './context.ts';

/** A restore point and what is on its disks. */
export async function withPoint<Result>(
  context: Context,
  spec: string,
  act: (of: { readonly repository: Repository; readonly point: RestorePoint; readonly volumes: GuestVolumes }) => Promise<Result>,
): Promise<Result> {
  return context.whileReading(async (repository) => {
    const { findPoint } = await import('#engine/repository');
    const { openGuest } = await import('#engine/recovery');
    const point = await findPoint(repository, spec);
    return act({ repository, point, volumes: openGuest(repository, point) });
  });
}
