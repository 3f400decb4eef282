import { readBytes, type BlockSource } from '#engine/blocks';
import type { GroupOf } from './groups.ts';
import type { InodeReader } from './inode.ts';
import { corrupt, type Superblock } from './superblock.ts';

/** A volume with all that its parts need of each other. */
export interface ExtVolume {
  /** With what waited in the journal in place. */
  readonly source: BlockSource;
  readonly superblock: Superblock;
  readonly groupOf: GroupOf;
  readonly inodeOf: InodeReader;
}

/** @throws HostkeepError format/ext4-corrupt */
export async function readBlock(
  { source, superblock }: Pick<ExtVolume, 'source' | 'superblock'>,
  block: number,
): Promise<Buffer> {
  const { blockSize, blockCount } = superblock;
  if (block === 0 || block >= blockCount) throw corrupt('block', { block });
  return readBytes(source, block * blockSize, blockSize);
}
