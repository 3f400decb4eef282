import { forkReader, type XfsVolume } from './content.ts';
import type { Inode } from './inode.ts';
import { corrupt, isSealed, number64, type Superblock } from './superblock.ts';

export interface FolderEntry {
  readonly inode: number;
  readonly name: string;
}

/** Where the index of a folder begins, in its fork; entries are before it [XFS "Leaf Directories"]. */
const indexStart = 32 * 2 ** 30;
const maximumBlocks = 512 * 1024;

export async function readFolder(volume: XfsVolume, inode: Inode): Promise<readonly FolderEntry[]> {
  if (inode.data.format === 'local') return parseShort(volume.superblock, inode);
  const { blockSize, folderBlockBytes } = volume.superblock;
  const perFolderBlock = folderBlockBytes / blockSize;
  const { extents, read } = await forkReader(volume, inode.data);
  const entries: FolderEntry[] = [];
  let seen = 0;
  let done = 0;
  for (const { first, count } of extents) {
    if (first * blockSize >= indexStart) break;
    for (
      let block = Math.max(done, Math.floor(first / perFolderBlock) * perFolderBlock);
      block < first + count;
      block += perFolderBlock
    ) {
      if ((seen += 1) > maximumBlocks) throw corrupt('folder', { inode: inode.number });
      for (const entry of parseBlock(volume.superblock, inode, await read(block, perFolderBlock))) entries.push(entry);
      done = block + perFolderBlock;
    }
  }
  return entries;
}

/** [XFS] "Short Form Directories". */
function parseShort(superblock: Superblock, inode: Inode): readonly FolderEntry[] {
  const { bytes } = inode.data;
  const isWide = bytes[1]! > 0;
  const size = isWide ? 8 : 4;
  const entries: FolderEntry[] = [];
  let at = 2 + size;
  for (let index = 0; index < bytes[0]!; index += 1) {
    const nameLength = bytes[at] ?? 0;
    const numberAt = at + 3 + nameLength + (superblock.hasFileTypes ? 1 : 0);
    if (nameLength === 0 || numberAt + size > bytes.length) throw corrupt('folder', { inode: inode.number });
    const name = bytes.toString('utf8', at + 3, at + 3 + nameLength);
    entries.push({ inode: isWide ? number64(bytes, numberAt, 'folder') : bytes.readUInt32BE(numberAt), name });
    at = numberAt + size;
  }
  return entries;
}

const magics = { block4: 'XD2B', data4: 'XD2D', block5: 'XDB3', data5: 'XDD3' } as const;

/** [XFS] "Block Directories": a block may hold its own index at its end. */
function parseBlock(superblock: Superblock, inode: Inode, bytes: Buffer): readonly FolderEntry[] {
  const magic = bytes.toString('latin1', 0, 4);
  const { isVersion5 } = superblock;
  const isBlock = magic === (isVersion5 ? magics.block5 : magics.block4);
  const isSound = isBlock || magic === (isVersion5 ? magics.data5 : magics.data4);
  if (!isSound || (isVersion5 && (!isSealed(bytes, 4) || number64(bytes, 40, 'folder') !== inode.number)))
    throw corrupt('folder', { inode: inode.number, magic: isSound ? 'sound' : 'wrong' });
  const end = isBlock ? bytes.length - 8 - bytes.readUInt32BE(bytes.length - 8) * 8 : bytes.length;
  if (end < 0) throw corrupt('folder', { inode: inode.number, index: 'too long' });
  const entries: FolderEntry[] = [];
  for (let at = isVersion5 ? 64 : 16; at + 8 <= end;) {
    const unused = bytes.readUInt16BE(at) === 0xffff ? bytes.readUInt16BE(at + 2) : undefined;
    const nameLength = bytes[at + 8] ?? 0;
    const length = unused ?? Math.ceil((8 + 1 + nameLength + (superblock.hasFileTypes ? 1 : 0) + 2) / 8) * 8;
    if (length < 8 || length % 8 !== 0 || at + length > end) throw corrupt('folder entry', { inode: inode.number, length });
    if (unused === undefined) {
      const name = bytes.toString('utf8', at + 9, at + 9 + nameLength);
      if (name !== '.' && name !== '..') entries.push({ inode: number64(bytes, at, 'folder entry'), name });
    }
    at += length;
  }
  return entries;
}
