import { checksum, fourZeros } from './checksums.ts';
import { inodeFlags, type Inode } from './inode.ts';
import { corrupt, hasChecksums, type Superblock } from './superblock.ts';

export interface FolderEntry {
  readonly inode: number;
  readonly name: string;
}

const tailBytes = 12;
const tailType = 0xde;

/**
 * The entries of a folder, block by block ([EXT4] "Linear (Classic) Directories"). Index blocks of hashed folders look like
 * one empty entry, so that those read the same way ("Hash Tree Directories").
 */
export function parseFolder(superblock: Superblock, inode: Inode, bytes: Buffer): readonly FolderEntry[] {
  const { blockSize } = superblock;
  const entries: FolderEntry[] = [];
  for (let at = 0; at + blockSize <= bytes.length; at += blockSize) {
    const block = bytes.subarray(at, at + blockSize);
    if (hasChecksums(superblock)) checkFolderBlock(inode, block, at === 0);
    for (const entry of parseEntries(inode, block)) entries.push(entry);
  }
  return entries;
}

export function parseEntries(inode: Inode, block: Buffer): readonly FolderEntry[] {
  const entries: FolderEntry[] = [];
  for (let at = 0; at + 8 <= block.length;) {
    const raw = block.readUInt16LE(at + 4);
    const length = raw === 0xffff || raw === 0 ? 65_536 : raw;
    const nameLength = block[at + 6]!;
    const number = block.readUInt32LE(at);
    const isSane = length >= 8 && length % 4 === 0 && at + length <= Math.max(block.length, 65_536);
    if (!isSane || (number !== 0 && (8 + nameLength > length || at + 8 + nameLength > block.length)))
      throw corrupt('folder entry', { inode: inode.number, length });
    if (number !== 0 && nameLength > 0) {
      const name = nameOf(inode, block.subarray(at + 8, at + 8 + nameLength));
      if (name !== '.' && name !== '..') entries.push({ inode: number, name });
    }
    at += length;
  }
  return entries;
}

/** Names in an encrypted folder are no text. */
function nameOf(inode: Inode, bytes: Buffer): string {
  const isDots = bytes.equals(Buffer.from('.')) || bytes.equals(Buffer.from('..'));
  if ((inode.flags & inodeFlags.encrypted) !== 0 && !isDots) return `encrypted-${bytes.toString('base64url')}`;
  // No guest can make such a name, and none of its programs would see it.
  if (bytes.includes(0) || bytes.includes(0x2f)) throw corrupt('name', { inode: inode.number });
  return bytes.toString('utf8');
}

function checkFolderBlock(inode: Inode, block: Buffer, isFirst: boolean): void {
  const indexAt = (inode.flags & inodeFlags.indexed) === 0 ? undefined : indexPlace(block, isFirst);
  const sound = indexAt === undefined ? isLeafSound(inode, block) : isIndexSound(inode, block, indexAt);
  if (!sound) throw corrupt('folder', { inode: inode.number, checksum: 'wrong' });
}

/** Where the count of an index block stands: after `.`, `..` and a header in the root, after one empty entry elsewhere. */
function indexPlace(block: Buffer, isFirst: boolean): number | undefined {
  if (isFirst) return 32;
  const length = block.readUInt16LE(4);
  const isWhole = length === block.length || (block.length === 65_536 && (length === 0 || length === 0xffff));
  return block.readUInt32LE(0) === 0 && isWhole ? 8 : undefined;
}

function isLeafSound(inode: Inode, block: Buffer): boolean {
  const tail = block.subarray(block.length - tailBytes);
  const isTail = tail.readUInt32LE(0) === 0 && tail.readUInt16LE(4) === tailBytes && tail[6] === 0 && tail[7] === tailType;
  return isTail && checksum(inode.seed, block.subarray(0, -tailBytes)) === tail.readUInt32LE(8);
}

function isIndexSound(inode: Inode, block: Buffer, at: number): boolean {
  const [limit, count] = [block.readUInt16LE(at), block.readUInt16LE(at + 2)];
  const tailAt = at + limit * 8;
  if (count > limit || tailAt + 8 > block.length) return false;
  const sum = checksum(inode.seed, block.subarray(0, at + count * 8), block.subarray(tailAt, tailAt + 4), fourZeros);
  return sum === block.readUInt32LE(tailAt + 4);
}
