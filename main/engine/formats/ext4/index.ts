/**
 * ext2, ext3 and ext4, for reading: extents and block maps, inline data, attributes, checksums where the volume has them. What
 * waits in the journal is put in place in memory; nothing is written.
 */
import { HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import type { FileDetails, FileNode, FileSystem, ListOptions } from '../file-system.ts';
import { keepNewest } from '../kept.ts';
import { inOrderOf } from '../in-order-of.ts';
import { walkTree } from '../walk-tree.ts';
import { withoutStreams } from '../without-streams.ts';
import { attributesOf } from './attributes.ts';
import { contentReader, inlineData, isInline, type Content } from './content.ts';
import { parseEntries, parseFolder, type FolderEntry } from './folder.ts';
import { freeRanges } from './groups.ts';
import { inodeFlags, type Inode } from './inode.ts';
import { openVolume, type OpenedVolume } from './open.ts';
import { kindOf, stateOf } from './state.ts';
import { corrupt } from './superblock.ts';

const rootInode = 2;
const maximumFolderBytes = 512 * 1024 * 1024;

/** @throws HostkeepError format/ext4-corrupt, format/ext4-unsupported */
export async function openExt4(source: BlockSource): Promise<FileSystem> {
  const volume = await openVolume(source);
  const { superblock, inodeOf } = volume;
  const content = contentReader(volume);
  const entriesOf = keepNewest(4, async (number) => readFolder(volume, content, await inodeOf(number)));
  const root = async (): Promise<FileNode> => nodeOf('', await inodeOf(rootInode));
  const list = async (folder: FileNode, options: ListOptions = {}): Promise<readonly FileNode[]> => {
    const entries = await entriesOf(folder.id);
    return inOrderOf(
      entries,
      ({ inode }) => inode,
      (entry) => nodeAtHand(volume, entry) ?? entryNode(volume, entry, options),
    );
  };
  const recordOffset = ({ id }: FileNode): Promise<number> => inodeOf.placeOf(id);
  return {
    kind: kindOf(superblock),
    label: superblock.label,
    root,
    list,
    async child(folder, name) {
      const entry = (await entriesOf(folder.id)).find((candidate) => candidate.name === name);
      return entry === undefined ? undefined : nodeOf(entry.name, await inodeOf(entry.inode));
    },
    details: async (file) => detailsOf(volume, content, await inodeOf(file.id)),
    read: async (file, offset, target) => content.read(await inodeOf(file.id), offset, target),
    ...withoutStreams,
    ranges: async (file) => content.ranges(await inodeOf(file.id)),
    linkTarget: async (link) => content.linkTarget(await inodeOf(link.id)),
    scan: (options = {}) => walkTree({ root, list }, { ...options, place: recordOffset }),
    recordOffset,
    freeRanges: () => freeRanges(volume.source, superblock, volume.groupOf),
    state: async () => stateOf(volume),
  };
}

async function readFolder(volume: OpenedVolume, content: Content, inode: Inode): Promise<readonly FolderEntry[]> {
  if (inode.type !== 'folder') throw new HostkeepError('recovery/not-a-folder', { inode: inode.number });
  if (inode.sizeBytes > maximumFolderBytes) throw corrupt('folder', { inode: inode.number, bytes: inode.sizeBytes });
  // The first four bytes are the parent's number; the attribute goes on with entries of its own.
  if (isInline(inode)) {
    const bytes = inlineData(inode);
    return [bytes.subarray(4, 60), bytes.subarray(60)].flatMap((part) => parseEntries(inode, part));
  }
  const bytes = Buffer.alloc(inode.sizeBytes);
  const ranges = await content.ranges(inode);
  for (const { offset, length, volumeOffset } of ranges)
    if (volumeOffset !== null) await volume.source.read(volumeOffset, bytes.subarray(offset, offset + length));
  return parseFolder(volume.superblock, inode, bytes);
}

function nodeOf(name: string, inode: Inode): FileNode {
  return {
    id: inode.number,
    name,
    type: inode.type,
    sizeBytes: inode.type === 'file' ? inode.sizeBytes : 0,
    modified: inode.modifiedMs,
    unreadable: unreadableOf(inode),
  };
}

/** Undefined where the inode must be read first, or is damaged. */
function nodeAtHand(volume: OpenedVolume, entry: FolderEntry): FileNode | undefined {
  try {
    const inode = volume.inodeOf.atHand(entry.inode);
    return inode === undefined ? undefined : nodeOf(entry.name, inode);
  } catch (error) {
    if (error instanceof HostkeepError && error.code === 'format/ext4-corrupt') return undefined;
    throw error;
  }
}

/** A name whose inode is damaged is listed, and said to be so. */
async function entryNode(volume: OpenedVolume, entry: FolderEntry, options: ListOptions): Promise<FileNode> {
  try {
    return nodeOf(entry.name, await volume.inodeOf(entry.inode));
  } catch (error) {
    if (!(error instanceof HostkeepError) || error.code !== 'format/ext4-corrupt') throw error;
    options.onDamage?.(error);
    return { id: entry.inode, name: entry.name, type: 'other', sizeBytes: 0, modified: null, unreadable: error.code };
  }
}

function unreadableOf(inode: Inode): FileNode['unreadable'] {
  return (inode.flags & inodeFlags.encrypted) === 0 ? null : 'format/ext4-unsupported';
}

async function detailsOf(volume: OpenedVolume, content: Content, inode: Inode): Promise<FileDetails> {
  return {
    times: inode.times,
    windowsAttributes: null,
    unix: inode.unix,
    links: inode.links,
    allocatedBytes: inode.allocatedBytes,
    streams: [],
    security: null,
    xattrs: await attributesOf(volume, inode, content.read),
    reparse: null,
    storage: await storageOf(content, inode),
    unreadable: unreadableOf(inode),
  };
}

async function storageOf(content: Content, inode: Inode): Promise<FileDetails['storage']> {
  if ((inode.flags & inodeFlags.encrypted) !== 0) return 'encrypted';
  if (isInline(inode)) return 'inline';
  if (inode.type !== 'file') return 'plain';
  const covered = (await content.ranges(inode)).reduce((sum, range) => sum + (range.volumeOffset === null ? 0 : range.length), 0);
  return covered < inode.sizeBytes ? 'sparse' : 'plain';
}
