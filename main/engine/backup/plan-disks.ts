/** What is read of each disk of a session, and what of the restore point before it is compared with. */
import type { RestorePoint } from '#contract';
import type { SessionDisk } from '#engine/ports';
import type { IdentityOf } from './disk-identity.ts';
import type { GoesOn } from './lineage.ts';
import type { DiskPlan } from './pipeline/disk-plan.ts';
import { sameDisks } from './same-disk.ts';

interface Options {
  /** The restore point before, if any. */
  readonly latest: RestorePoint | undefined;
  /** Whether a disk goes on from what it was at that point; null where the host was not asked for the changes since. */
  readonly goesOn: GoesOn | null;
}

export interface PlannedDisks {
  readonly plans: readonly DiskPlan[];
  /** Null where changed ranges alone are read. */
  readonly fullReadReason: string | null;
}

export async function planDisks(
  disks: readonly SessionDisk[],
  { latest, goesOn }: Options,
  identityOf: IdentityOf,
): Promise<PlannedDisks> {
  let reason: string | null =
    latest === undefined ? 'first backup of this VM' : goesOn === null ? 'no change-tracking baseline is known' : null;
  const same = goesOn !== null ? await sameDisks(disks, latest?.disks ?? [], identityOf) : undefined;
  const plans = disks.map((disk): DiskPlan => {
    const { changed, index, label, source } = disk;
    const base = { index, label, source };
    const itself = changed.known ? same?.(disk) : undefined;
    if (changed.known && itself !== undefined && goesOn?.(disk) === true)
      return { ...base, parent: itself, changed: changed.ranges };
    // Read whole: then the parent is only where its blocks are likely to be found.
    const parent = latest?.disks.find((candidate) => candidate.index === index);
    if (parent === undefined) reason ??= `disk ${index} is new`;
    else if (!changed.known) reason = changed.reason;
    else if (goesOn !== null) reason = itself === undefined ? anotherDisk(index) : otherFiles(index);
    return parent === undefined ? base : { ...base, parent };
  });
  return { plans, fullReadReason: reason };
}

function anotherDisk(index: number): string {
  return `disk ${index} is another one than before, or of another size`;
}

function otherFiles(index: number): string {
  return `disk ${index} does not lie on the files of the backup before: a checkpoint was applied or removed, or it was moved or replaced`;
}
