import type { RestorePoint } from '#contract';
import type { GuestVolumes } from '#engine/recovery/guest';
import type { Repository } from '#engine/repository';
import type { Context, OpeningOptions } from './context.ts';
import { loadedBeside } from './loaded-beside.ts';

export interface OpenedPoint {
  readonly repository: Repository;
  readonly point: RestorePoint;
  readonly volumes: GuestVolumes;
}

/** A restore point by itself. */
export async function withRestorePoint<Result>(
  context: Context,
  spec: string,
  act: (of: Omit<OpenedPoint, 'volumes'>) => Promise<Result>,
  how: OpeningOptions = {},
): Promise<Result> {
  return context.whileReading(async (repository) => {
    const { findPoint } = await import('#engine/repository');
    return act({ repository, point: await findPoint(repository, spec) });
  }, how);
}

/** A restore point and what is on its disks. */
export async function withPoint<Result>(
  context: Context,
  spec: string,
  act: (of: OpenedPoint) => Promise<Result>,
): Promise<Result> {
  const loading = loadedBeside(() => import('#engine/recovery/guest'));
  return context.whileReading(async (repository) => {
    const { findPoint } = await import('#engine/repository');
    const { openGuest } = await loading.get();
    const point = await findPoint(repository, spec);
    return act({ repository, point, volumes: openGuest(repository, point) });
  }, loading);
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
  return withRestorePoint(context, spec, ({ repository, point }) =>
    act({ repository, repositoryFolder: context.repositoryFolder(), passphrase: repository.remembered, point }),
  );
}
