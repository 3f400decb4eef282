import type { RestorePoint } from '#contract';
import type { GuestVolumes } from '#engine/recovery/guest';
import type { Repository } from '#engine/repository';
import type { Context } from './context.ts';

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
): Promise<Result> {
  return context.whileReading(async (repository) => {
    const { findPoint } = await import('#engine/repository');
    return act({ repository, point: await findPoint(repository, spec) });
  });
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
    const { openGuest } = await loading.module();
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

/** A module that is loaded while the key is derived; who needs it waits for it, and has its failure. */
export function loadedBeside<Module>(load: () => Promise<Module>): { module(): Promise<Module>; meanwhile(): void } {
  let loading: Promise<Module> | undefined;
  const module = (): Promise<Module> => (loading ??= load());
  return { module, meanwhile: () => void module().catch(() => undefined) };
}
