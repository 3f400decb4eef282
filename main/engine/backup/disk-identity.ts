import type { SessionDisk } from '#engine/ports';
import { openDisk } from '../formats/open-disk.ts';

/** What a disk is, wherever it lies in the list of its VM. */
export interface DiskIdentity {
  /** Copies share it; null where the format knows none. */
  readonly diskId: string | null;
  readonly sizeBytes: number;
}

export type IdentityOf = (disk: SessionDisk) => Promise<DiskIdentity>;

/** Opens each disk once, when it is first asked for. It throws HostkeepError format/*, input/not-found. */
export function diskIdentities(): IdentityOf {
  const known = new Map<SessionDisk, Promise<DiskIdentity>>();
  return (disk) => {
    const found = known.get(disk) ?? readIdentity(disk.source);
    known.set(disk, found);
    return found;
  };
}

/** @throws HostkeepError format/*, input/not-found */
export async function readIdentity(source: SessionDisk['source']): Promise<DiskIdentity> {
  const disk = await openDisk(source);
  await disk.close();
  return { diskId: disk.image.diskId, sizeBytes: disk.sizeBytes };
}
