/**
 * XFS, versions 4 and 5, for reading. What waits in its log is put in place in memory; nothing is written. Checksums are verified where
 * there are any.
 */
import { HostkeepError, volumeNote, type VolumeNote } from '#contract';
import type { BlockSource } from '#engine/blocks';
import type { FileDetails, FileNode, FileSystem, FileSystemState, ListOptions } from '../file-system.ts';
import { keepNewest } from '../kept.ts';
import { inOrderOf } from '../in-order-of.ts';
import { walkTree } from '../walk-tree.ts';
import { withoutStreams } from '../without-streams.ts';
import { attributesOf } from './attributes.ts';
import { contentReader, type Content, type XfsVolume } from './content.ts';
import { readFolder, type FolderEntry } from './folder.ts';
import { freeRanges } from './free-space.ts';
import type { Inode } from './inode.ts';
import { openVolume, type OpenedVolume, type PendingState } from './open.ts';

/** @throws HostkeepError format/xfs-corrupt, format/xfs-unsupported */
export async function openXfs(source: BlockSource): Promise<FileSystem> {
  const volume = await openVolume(source);
  const { superblock, inodeOf } = volume;
  const { rootInode } = superblock;
  const content = contentReader(volume);
  const entriesOf = keepNewest(4, async (number) => {
    const inode = await inodeOf(number);
    if (inode.type !== 'folder') throw new HostkeepError('recovery/not-a-folder', { inode: number });
    return readFolder(volume, inode);
  });
  const root = async (): Promise<FileNode> => nodeOf('', await inodeOf(rootInode));
  const list = async (folder: FileNode, options: ListOptions = {}): Promise<readonly FileNode[]> => {
    const entries = await entriesOf(folder.id);
    return inOrderOf(
      entries,
      ({ inode }) => inode,
      (entry) => entryNode(volume, entry, options),
    );
  };
  const recordOffset = async ({ id }: FileNode): Promise<number> => (await inodeOf(id)).volumeOffset;
  return {
    kind: 'xfs',
    label: superblock.label,
    root,
    list,
    async child(folder, name) {
      const entry = (await entriesOf(folder.id)).find((candidate) => candidate.name === name);
      return entry === undefined ? undefined : nodeOf(name, await inodeOf(entry.inode));
    },
    details: async (file) => detailsOf(volume, content, await inodeOf(file.id)),
    read: async (file, offset, target) => content.read(await inodeOf(file.id), offset, target),
    ...withoutStreams,
    ranges: async (file) => content.ranges(await inodeOf(file.id)),
    linkTarget: async (link) => content.linkTarget(await inodeOf(link.id)),
    scan: (options = {}) => walkTree({ root, list }, { ...options, place: recordOffset }),
    recordOffset,
    freeRanges: () => freeRanges(volume),
    state: async () => stateOf(volume),
  };
}

function nodeOf(name: string, inode: Inode): FileNode {
  return {
    id: inode.number,
    name,
    type: inode.type,
    sizeBytes: inode.type === 'file' ? inode.sizeBytes : 0,
    modified: Number(inode.times.modified! / 1_000_000n),
    unreadable: inode.isRealtime ? 'format/xfs-unsupported' : null,
  };
}

/** A name whose inode is damaged is listed, and said to be so. */
async function entryNode(volume: XfsVolume, entry: FolderEntry, options: ListOptions): Promise<FileNode> {
  try {
    return nodeOf(entry.name, await volume.inodeOf(entry.inode));
  } catch (error) {
    if (!(error instanceof HostkeepError) || error.code !== 'format/xfs-corrupt') throw error;
    options.onDamage?.(error);
    return { id: entry.inode, name: entry.name, type: 'other', sizeBytes: 0, modified: null, unreadable: error.code };
  }
}

async function detailsOf(volume: XfsVolume, content: Content, inode: Inode): Promise<FileDetails> {
  return {
    times: inode.times,
    windowsAttributes: null,
    unix: inode.unix,
    links: inode.links,
    allocatedBytes: inode.blocks * volume.superblock.blockSize,
    streams: [],
    security: null,
    xattrs: await attributesOf(volume, inode),
    reparse: null,
    storage: await storageOf(content, inode),
    unreadable: inode.isRealtime ? 'format/xfs-unsupported' : null,
  };
}

async function storageOf(content: Content, inode: Inode): Promise<FileDetails['storage']> {
  if (inode.type !== 'file' || inode.isRealtime) return 'plain';
  const covered = (await content.ranges(inode)).reduce((sum, range) => sum + (range.volumeOffset === null ? 0 : range.length), 0);
  return covered < inode.sizeBytes ? 'sparse' : 'plain';
}

const notes: Readonly<Record<PendingState, VolumeNote | null>> = {
  clean: null,
  replayed: volumeNote('xfs-replayed'),
  'cut off': volumeNote('xfs-cut-off'),
  'too large': volumeNote('xfs-too-large'),
  external: volumeNote('xfs-external'),
  unreadable: volumeNote('xfs-unreadable'),
};

function stateOf({ superblock, pending }: OpenedVolume): FileSystemState {
  const { needsRepair, isVersion5, blockSize } = superblock;
  return {
    clean: pending === 'clean' && !needsRepair,
    freeSpace: (pending === 'clean' || pending === 'replayed') && !needsRepair ? 'exact' : 'uncertain',
    note: needsRepair ? volumeNote('xfs-repair') : notes[pending],
    version: `XFS version ${isVersion5 ? 5 : 4}`,
    clusterBytes: blockSize,
  };
}
