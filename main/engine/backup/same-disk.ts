import type { DiskRecord } from '#contract';
import type { SessionDisk } from '#engine/ports';
import type { DiskIdentity, IdentityOf } from './disk-identity.ts';

/** What a disk of a VM was in the restore point before; undefined where nothing there is that disk, or it had another size. */
export type SameDisk = (disk: SessionDisk) => DiskRecord | undefined;

/**
 * Tells disks by what they are: their place in the list moves when one before them is added or removed, and the host, which knows them by
 * their slots, goes on telling what changed. A disk is the one of its identity, and where copies share one, the one of its name.
 * @throws HostkeepError format/*, input/not-found
 */
export async function sameDisks(
  disks: readonly SessionDisk[],
  before: readonly DiskRecord[],
  identityOf: IdentityOf,
): Promise<SameDisk> {
  const identities = new Map<SessionDisk, DiskIdentity>();
  for (const disk of disks) identities.set(disk, await identityOf(disk));
  return (disk) => {
    const own = identities.get(disk);
    if (own === undefined) return undefined;
    const twins = before.filter(({ diskId }) => diskId === own.diskId);
    const copies = [...identities.values()].filter(({ diskId }) => diskId === own.diskId);
    const found = own.diskId === null ? atPlace(twins, disk) : pick(twins, { disk, copies: copies.length });
    return found?.sizeBytes === own.sizeBytes ? found : undefined;
  };
}

/** Checkpoints that people make give a disk another name for a while: then its place tells it, where there is no copy of it. */
function pick(twins: readonly DiskRecord[], { disk, copies }: { disk: SessionDisk; copies: number }): DiskRecord | undefined {
  const named = twins.filter(({ label }) => label === disk.label);
  if (named.length === 1) return named[0];
  return twins.length === 1 && copies === 1 ? atPlace(twins, disk) : undefined;
}

function atPlace(records: readonly DiskRecord[], { index }: SessionDisk): DiskRecord | undefined {
  return records.find((record) => record.index === index);
}
