/** What is read of each disk of a session, and what of the restore point before it is compared with. */
import type { RestorePoint } from '#contract';
import type { SessionDisk } from '#engine/ports';
import type { IdentityOf } from './disk-identity.ts';
import type { DiskPlan } from './pipeline/disk-plan.ts';
import { sameDisks } from './same-disk.ts';

interface Options {
  /** The restore point before, if any. */
  readonly latest: RestorePoint | undefined;
  /** Whether the host was asked for the changes since that point. */
  readonly byChanges: boolean;
}

export interface PlannedDisks {
  readonly plans: readonly DiskPlan[];
  /** Null where changed ranges alone are read. */
  readonly fullReadReason: string | null;
}

export async function planDisks(
  disks: readonly SessionDisk[],
  { latest, byChanges }: Options,
  identityOf: IdentityOf,
): Promise<PlannedDisks> {
  let reason: string | null =
    latest === undefined ? 'first backup of this VM' : byChanges ? null : 'no change-tracking baseline is known';
  const same = byChanges ? await sameDisks(disks, latest?.disks ?? [], identityOf) : undefined;
  const plans = disks.map((disk): DiskPlan => {
    const { changed, index, label, source } = disk;
    const base = { index, label, source };
    const itself = changed.known ? same?.(disk) : undefined;
    if (changed.known && itself !== undefined) return { ...base, parent: itself, changed: changed.ranges };
    // Read whole: then the parent is only where its blocks are likely to be found.
    const parent = latest?.disks.find((candidate) => candidate.index === index);
    if (parent === undefined) reason ??= `disk ${index} is new`;
    else if (!changed.known) reason = changed.reason;
    else if (byChanges) reason = `disk ${index} is another one than before, or of another size`;
    return parent === undefined ? base : { ...base, parent };
  });
  return { plans, fullReadReason: reason };
}
