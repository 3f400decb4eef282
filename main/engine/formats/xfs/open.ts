import { HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import type { XfsVolume } from './content.ts';
import { inodeReader } from './inode.ts';
import { findLog } from './log.ts';
import { replayLog } from './replay.ts';
import { readSuperblock, type Superblock } from './superblock.ts';

/** What became of what waited in the log. */
export type PendingState = 'clean' | 'replayed' | 'cut off' | 'too large' | 'external' | 'unreadable';

export interface OpenedVolume extends XfsVolume {
  readonly pending: PendingState;
}

/** Opens a volume, with what waits in its log put in place in memory. @throws HostkeepError format/xfs-* */
export async function openVolume(source: BlockSource): Promise<OpenedVolume> {
  const superblock = await readSuperblock(source);
  const { source: inPlace, pending } = await afterLog(source, superblock);
  if (inPlace === source) return volumeOver(source, superblock, pending);
  return volumeOver(inPlace, await readSuperblock(inPlace), pending);
}

function volumeOver(source: BlockSource, superblock: Superblock, pending: PendingState): OpenedVolume {
  return { source, superblock, inodeOf: inodeReader(source, superblock), pending };
}

/** A volume whose log cannot be read is read as it stands, and says so. */
async function afterLog(
  source: BlockSource,
  superblock: Superblock,
): Promise<{ readonly source: BlockSource; readonly pending: PendingState }> {
  try {
    const log = await findLog(source, superblock);
    if (log.state !== 'pending') return { source, pending: log.state };
    const replayed = await replayLog(source, superblock, log);
    if (replayed === undefined) return { source, pending: 'too large' };
    return { source: replayed.source, pending: replayed.isCutOff ? 'cut off' : 'replayed' };
  } catch (error) {
    if (error instanceof HostkeepError && error.code.startsWith('format/')) return { source, pending: 'unreadable' };
    throw error;
  }
}
