import type { RestorePoint } from '#contract';
import type { BlockSource } from '#engine/blocks';
import { onceEach } from '#engine/bytes';
import type { Repository } from '#engine/repository';
import { guestVolumes, type GuestVolumes } from './guest-volumes.ts';
import { openPointDisk } from './point-disk.ts';

/** What is on the disks of a restore point; each is opened when it is first asked for. */
export function openGuest(repository: Repository, point: RestorePoint): GuestVolumes {
  const disks = onceEach<number, BlockSource>();
  const open = (index: number): Promise<BlockSource> => disks(index, () => openPointDisk(repository, point, index));
  return guestVolumes({ indexes: point.disks.map((disk) => disk.index), open });
}
