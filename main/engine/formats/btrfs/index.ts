/**
 * Btrfs, for reading, from one device: all subvolumes and snapshots as folders below the top; zlib, LZO and zstd; checksums of all kinds,
 * of data too, with another copy taken where one is wrong. What fsync left in the log is put in place in memory; nothing is written.
 * Not read: RAID5 and 6, what lies on other devices, zoned volumes.
 */
import { HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import type { FileDetails, FileNode, FileSystem, ListOptions } from '../file-system.ts';
import { inOrderOf } from '../in-order-of.ts';
import { walkTree } from '../walk-tree.ts';
import { withoutStreams } from '../without-streams.ts';
import { attributesOf } from './attributes.ts';
import { contentReader, type Content } from './content.ts';
import { findInFolder, readFolder, type FolderEntry } from './folder.ts';
import { freeRanges } from './free-space.ts';
import { idOf, nameOfId, readInode, timesOf, type Inode } from './inode.ts';
import { objects } from './layout.ts';
import { stateOf, usualRoot } from './state.ts';
import { openVolume, type BtrfsVolume } from './volume.ts';

const top = { tree: objects.fsTree, number: objects.subvolumeRoot };

/** @throws HostkeepError format/btrfs-corrupt, format/btrfs-unsupported */
export async function openBtrfs(source: BlockSource): Promise<FileSystem> {
  const volume = await openVolume(source);
  const content = contentReader(volume);
  const inodeOf = ({ id }: FileNode): Promise<Inode> => readInode(volume, nameOfId(id));
  const folderOf = async (node: FileNode): Promise<Inode> => {
    const inode = await inodeOf(node);
    if (inode.type !== 'folder') throw new HostkeepError('recovery/not-a-folder', { inode: inode.number });
    return inode;
  };
  const root = async (): Promise<FileNode> => nodeOf('', await readInode(volume, top));
  const list = async (folder: FileNode, options: ListOptions = {}): Promise<readonly FileNode[]> => {
    const entries = await readFolder(volume, await folderOf(folder), options.onDamage);
    return inOrderOf(
      entries,
      ({ inode }) => inode.number,
      (entry) => entryNode(volume, entry, options),
    );
  };
  return {
    kind: 'btrfs',
    label: volume.superblock.label,
    root,
    usualRoot: () => usualRoot(volume),
    list,
    async child(folder, name) {
      const entry = await findInFolder(volume, await folderOf(folder), name);
      return entry === undefined ? undefined : nodeOf(name, await readInode(volume, entry.inode));
    },
    details: async (file) => detailsOf(volume, content, await inodeOf(file)),
    read: async (file, offset, target) => content.read(await inodeOf(file), offset, target),
    ...withoutStreams,
    ranges: async (file) => content.ranges(await inodeOf(file)),
    linkTarget: async (link) => content.linkTarget(await inodeOf(link)),
    scan: (options = {}) => walkTree({ root, list }, { ...options, place: async () => null }),
    freeRanges: () => freeRanges(volume),
    state: () => stateOf(volume),
  };
}

function nodeOf(name: string, inode: Inode): FileNode {
  const { id, type, sizeBytes, modifiedMs } = inode;
  return { id, name, type, sizeBytes: type === 'file' ? sizeBytes : 0, modified: modifiedMs, unreadable: null };
}

/** A name whose inode is damaged is listed, and said to be so. */
async function entryNode(volume: BtrfsVolume, entry: FolderEntry, options: ListOptions): Promise<FileNode> {
  const { name, inode } = entry;
  try {
    return nodeOf(name, await readInode(volume, inode));
  } catch (error) {
    if (!(error instanceof HostkeepError) || !error.code.startsWith('format/')) throw error;
    options.onDamage?.(error);
    const id = error.code === 'format/btrfs-unsupported' ? 0 : idOf(inode);
    return { id, name, type: 'other', sizeBytes: 0, modified: null, unreadable: error.code };
  }
}

async function detailsOf(volume: BtrfsVolume, content: Content, inode: Inode): Promise<FileDetails> {
  return {
    times: timesOf(inode),
    windowsAttributes: null,
    unix: inode.unix,
    links: inode.links,
    allocatedBytes: inode.allocatedBytes,
    streams: [],
    security: null,
    xattrs: await attributesOf(volume, inode),
    reparse: null,
    storage: await content.storage(inode),
    unreadable: null,
  };
}
