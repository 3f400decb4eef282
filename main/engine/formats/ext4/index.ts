/** ext2, ext3 and ext4, for listing and reading ordinary files. What waits in the journal is not looked at. */
import { HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import { cursorOver } from '#engine/bytes';
import type { FileNode, FileRange, FileSystem } from '../file-system.ts';
import { blockRuns } from './block-map.ts';
import { inodeFlags, inodeReader, type Inode } from './inode.ts';
import { ext4Rest } from './rest.ts';
import { corrupt, readSuperblock } from './superblock.ts';

const rootInode = 2;
const maximumFolderBytes = 512 * 1024 * 1024;

/** @throws HostkeepError format/ext4-corrupt, format/ext4-unsupported */
export async function openExt4(source: BlockSource): Promise<FileSystem> {
  const superblock = await readSuperblock(source);
  const { blockSize } = superblock;
  const inodeOf = inodeReader(source, superblock);
  const volume = { source, superblock };

  const ranges = async (inode: Inode): Promise<readonly FileRange[]> => {
    if ((inode.flags & inodeFlags.inlineData) !== 0) return [{ offset: 0, length: inode.sizeBytes, volumeOffset: null }];
    return (await blockRuns(volume, inode)).flatMap((run) => {
      const offset = run.first * blockSize;
      const length = Math.min(run.count * blockSize, inode.sizeBytes - offset);
      return length > 0 ? [{ offset, length, volumeOffset: run.block === null ? null : run.block * blockSize }] : [];
    });
  };
  const readInode = async (inode: Inode, offset: number, target: Uint8Array): Promise<void> => {
    if (offset < 0 || offset + target.byteLength > inode.sizeBytes)
      throw new HostkeepError('format/out-of-bounds', { offset, length: target.byteLength, fileBytes: inode.sizeBytes });
    if ((inode.flags & inodeFlags.encrypted) !== 0)
      throw new HostkeepError('format/ext4-unsupported', { inode: inode.number, feature: 'encryption' });
    target.fill(0);
    if ((inode.flags & inodeFlags.inlineData) !== 0)
      return void target.set(inlineData(inode).subarray(offset, offset + target.byteLength));
    const end = offset + target.byteLength;
    for (const range of await ranges(inode)) {
      const [from, to] = [Math.max(range.offset, offset), Math.min(range.offset + range.length, end)];
      if (from < to && range.volumeOffset !== null)
        await source.read(range.volumeOffset + from - range.offset, target.subarray(from - offset, to - offset));
    }
  };
  const nodeOf = async (name: string, number: number): Promise<FileNode> => {
    const inode = await inodeOf(number);
    return {
      id: number,
      name,
      type: inode.type,
      sizeBytes: inode.type === 'file' ? inode.sizeBytes : 0,
      modified: inode.modified,
      unreadable: (inode.flags & inodeFlags.encrypted) === 0 ? null : 'format/ext4-unsupported',
    };
  };
  const entriesOf = async (folder: FileNode): Promise<readonly FolderEntry[]> => {
    const inode = await inodeOf(folder.id);
    if (inode.type !== 'folder') throw new HostkeepError('recovery/not-a-folder', { name: folder.name });
    if (inode.sizeBytes > maximumFolderBytes) throw corrupt('folder', { inode: folder.id, bytes: inode.sizeBytes });
    if ((inode.flags & inodeFlags.inlineData) !== 0) return parseEntries(inlineData(inode).subarray(4, inode.sizeBytes));
    const bytes = Buffer.alloc(inode.sizeBytes);
    await readInode(inode, 0, bytes);
    return Array.from({ length: Math.floor(bytes.length / blockSize) }, (_, block) =>
      parseEntries(bytes.subarray(block * blockSize, (block + 1) * blockSize)),
    ).flat();
  };

  const root = (): Promise<FileNode> => nodeOf('', rootInode);
  const list = async (folder: FileNode): Promise<readonly FileNode[]> => {
    const nodes: FileNode[] = [];
    for (const entry of await entriesOf(folder)) nodes.push(await nodeOf(entry.name, entry.inode));
    return nodes;
  };
  return {
    kind: 'ext4',
    label: superblock.label,
    root,
    async child(folder, name) {
      const entry = (await entriesOf(folder)).find((candidate) => candidate.name === name);
      return entry === undefined ? undefined : nodeOf(entry.name, entry.inode);
    },
    list,
    read: async (file, offset, target) => readInode(await inodeOf(file.id), offset, target),
    ranges: async (file) => ranges(await inodeOf(file.id)),
    async linkTarget(link) {
      const inode = await inodeOf(link.id);
      if (inode.sizeBytes > 4096) throw corrupt('symbolic link', { bytes: inode.sizeBytes });
      if (inode.sizeBytes < 60 && (inode.flags & inodeFlags.extents) === 0)
        return inode.map.bytes(0, inode.sizeBytes).toString('utf8');
      const bytes = Buffer.alloc(inode.sizeBytes);
      await readInode(inode, 0, bytes);
      return bytes.toString('utf8');
    },
    ...ext4Rest({ source, superblock, inodeOf, root, list }),
  };
}

interface FolderEntry {
  readonly inode: number;
  readonly name: string;
}

/** The linear entries of one block; index blocks look like one empty entry, so hashed folders read the same way. */
function parseEntries(block: Buffer): readonly FolderEntry[] {
  const cursor = cursorOver(block, 'format/ext4-corrupt', 'folder');
  const entries: FolderEntry[] = [];
  for (let at = 0; at + 8 <= block.length;) {
    const inode = cursor.u32(at);
    const raw = cursor.u16(at + 4);
    const length = raw === 0xffff || raw === 0 ? 65_536 : raw;
    if (length < 8 || length % 4 !== 0) throw corrupt('folder entry', { length });
    const nameLength = cursor.u8(at + 6);
    if (inode !== 0 && nameLength > 0) {
      const name = cursor.bytes(at + 8, nameLength).toString('utf8');
      if (name !== '.' && name !== '..') entries.push({ inode, name });
    }
    at += length;
  }
  return entries;
}

/** The first 60 bytes stand in the block map, the rest in the inode's `system.data` attribute. */
function inlineData(inode: Inode): Buffer {
  const { extra, sizeBytes } = inode;
  const first = inode.map.bytes(0, 60);
  if (sizeBytes <= 60) return first;
  for (let at = 4; at + 16 <= extra.length && extra.u8(at) !== 0; at += 16 + Math.ceil(extra.u8(at) / 4) * 4) {
    const isData = extra.u8(at + 1) === 7 && extra.ascii(at + 16, extra.u8(at)) === 'data';
    if (isData) return Buffer.concat([first, extra.bytes(4 + extra.u16(at + 2), extra.u32(at + 8))]);
  }
  throw corrupt('inline data', { inode: inode.number });
}
