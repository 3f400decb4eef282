import type { RestorePoint } from '#contract';
import type { GuestVolumes } from '#engine/recovery';
import type { Repository } from '#engine/repository';
import { repositorySecret, type Context } from './context.ts';

export interface OpenedPoint {
  readonly repository: Repository;
  readonly point: RestorePoint;
  readonly volumes: GuestVolumes;
}

/** A restore point and what is on its disks. */
export async function withPoint<Result>(
  context: Context,
  spec: string,
  act: (of: OpenedPoint) => Promise<Result>,
): Promise<Result> {
  return context.whileReading(async (repository) => {
    const { findPoint } = await import('#engine/repository');
    const { openGuest } = await import('#engine/recovery');
    const point = await findPoint(repository, spec);
    return act({ repository, point, volumes: openGuest(repository, point) });
  });
}

export interface ServedPoint {
  readonly repository: Repository;
  readonly repositoryFolder: string;
  /** For the publisher, which opens the repository in a process of its own. */
  readonly passphrase: string;
  readonly point: RestorePoint;
}

/** A restore point whose disks are to be served. */
export async function withServedPoint<Result>(
  context: Context,
  spec: string,
  act: (served: ServedPoint) => Promise<Result>,
): Promise<Result> {
  const passphrase = await context.secret(repositorySecret);
  const { findPoint } = await import('#engine/repository');
  return context.whileReading(
    async (repository) =>
      act({ repository, repositoryFolder: context.repositoryFolder(), passphrase, point: await findPoint(repository, spec) }),
    passphrase,
  );
}
