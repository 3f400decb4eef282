import { HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import { contentReader } from './content.ts';
import { groupReader } from './groups.ts';
import { inodeReader } from './inode.ts';
import { readJournal, replayed, type Journal } from './journal.ts';
import { compatible, incompatible, readSuperblock, type Superblock } from './superblock.ts';
import type { ExtVolume } from './volume.ts';

/** `replayed` stands for changes that waited in the journal, and are in place for whoever reads here. */
export type JournalState = 'none' | 'empty' | 'replayed' | 'unreadable';

export interface OpenedVolume extends ExtVolume {
  readonly journalState: JournalState;
}

/** Opens a volume, with what waits in its journal put in place in memory. @throws HostkeepError format/ext4-* */
export async function openVolume(source: BlockSource): Promise<OpenedVolume> {
  const before = volumeOver(source, await readSuperblock(source));
  const { features } = before.superblock;
  if ((features.compatible & compatible.journal) === 0) return { ...before, journalState: 'none' };
  if ((features.incompatible & incompatible.recover) === 0) return { ...before, journalState: 'empty' };
  const journal = await journalOrDamage(before);
  if (journal === undefined) return { ...before, journalState: 'unreadable' };
  const inPlace = replayed(source, journal, before.superblock.blockSize);
  const after = volumeOver(inPlace, await readSuperblock(inPlace));
  return { ...after, journalState: journal.hasFastCommits ? 'unreadable' : 'replayed' };
}

function volumeOver(source: BlockSource, superblock: Superblock): ExtVolume {
  const groupOf = groupReader(source, superblock);
  return { source, superblock, groupOf, inodeOf: inodeReader(source, superblock, groupOf) };
}

/** A volume whose journal cannot be read is read as it stands, and says so. */
async function journalOrDamage(volume: ExtVolume): Promise<Journal | undefined> {
  const { superblock, source } = volume;
  if ((superblock.features.incompatible & incompatible.journalDevice) !== 0) return undefined;
  try {
    const inode = await volume.inodeOf(superblock.journalInode);
    const ranges = await contentReader(volume).ranges(inode);
    return await readJournal(source, { ranges, sizeBytes: inode.sizeBytes, blockSize: superblock.blockSize });
  } catch (error) {
    if (error instanceof HostkeepError && error.code.startsWith('format/')) return undefined;
    throw error;
  }
}
