import type { FileKind, FileTimes } from '../file-system.ts';
import { corrupt, items, number64, objects, unsupported } from './layout.ts';
import type { BtrfsVolume } from './volume.ts';

/** An inode of a subvolume. Each subvolume, which is a tree of its own, counts its inodes anew. */
export interface InodeName {
  readonly tree: number;
  readonly number: number;
}

/** [BTRFS] "INODE_ITEM". */
export interface Inode extends InodeName {
  readonly id: number;
  readonly type: FileKind;
  readonly sizeBytes: number;
  readonly allocatedBytes: number;
  readonly modifiedMs: number | null;
  readonly links: number;
  readonly unix: { readonly mode: number; readonly uid: number; readonly gid: number };
  /** Its data have checksums. */
  readonly isSummed: boolean;
  /** The record, for what is seldom asked. */
  readonly bytes: Buffer;
}

export const inodeBytes = 160;
const noChecksums = 1;
const kinds: Readonly<Record<number, FileKind>> = { 0x8: 'file', 0x4: 'folder', 0xa: 'symlink' };

/** Room for 2^33 inodes in each of 2^19 subvolumes, and for as many folders that are none. */
const inodesPerTree = 2 ** 34;
const mostTrees = 2 ** 19;

/** One number for subvolume and inode. @throws HostkeepError format/btrfs-unsupported for numbers beyond what fits */
export function idOf({ tree, number }: InodeName): number {
  if (tree < 0 || tree >= mostTrees || number < 0 || number >= inodesPerTree)
    throw unsupported({ feature: 'inode numbers of more than 33 bits', tree, inode: number });
  return tree * inodesPerTree + number;
}

export function nameOfId(id: number): InodeName {
  return { tree: Math.floor(id / inodesPerTree), number: id % inodesPerTree };
}

const firstEmpty = 2 ** 33;

/** What stands where a subvolume was when its parent was snapshot: an empty folder, which the volume knows nothing else of. */
export function emptyFolderFor(subvolume: number, of: Pick<InodeName, 'tree'>): InodeName {
  return { tree: of.tree, number: firstEmpty + subvolume };
}

export function isEmptyFolder({ number }: Pick<InodeName, 'number'>): boolean {
  return number >= firstEmpty;
}

/** @throws HostkeepError format/btrfs-corrupt */
export async function readInode({ trees, rootOf }: BtrfsVolume, of: InodeName): Promise<Inode> {
  const { tree, number } = of;
  if (isEmptyFolder(of)) return parseInode(of, emptyFolderBytes);
  const item = await trees.find(await rootOf(tree), { objectid: number, type: items.inode, offset: 0 });
  if (item === undefined || item.bytes.length < inodeBytes) throw corrupt('inode', { tree, inode: number });
  return parseInode(of, item.bytes);
}

const emptyFolderBytes = Buffer.alloc(inodeBytes);
emptyFolderBytes.writeUInt32LE(1, 40);
emptyFolderBytes.writeUInt32LE(0o040_755, 52);

function parseInode({ tree, number }: InodeName, bytes: Buffer): Inode {
  const mode = bytes.readUInt32LE(52);
  return {
    tree,
    number,
    id: idOf({ tree, number }),
    type: kinds[mode >>> 12] ?? 'other',
    sizeBytes: number64(bytes, 16, 'inode'),
    allocatedBytes: number64(bytes, 24, 'inode'),
    modifiedMs: isEmptyFolder({ number }) ? null : secondsAt(bytes, 136) * 1000 + Math.floor(bytes.readUInt32LE(144) / 1_000_000),
    links: number === objects.subvolumeRoot ? 1 : bytes.readUInt32LE(40),
    unix: { mode, uid: bytes.readUInt32LE(44), gid: bytes.readUInt32LE(48) },
    isSummed: (bytes.readUInt32LE(64) & noChecksums) === 0,
    bytes,
  };
}

function secondsAt(bytes: Buffer, at: number): number {
  return bytes.readInt32LE(at + 4) * 2 ** 32 + bytes.readUInt32LE(at);
}

export function timesOf(inode: Inode): FileTimes {
  const { bytes } = inode;
  if (isEmptyFolder(inode)) return { accessed: null, changed: null, modified: null, created: null };
  const time = (at: number): bigint => bytes.readBigInt64LE(at) * 1_000_000_000n + BigInt(bytes.readUInt32LE(at + 8));
  return { accessed: time(112), changed: time(124), modified: time(136), created: time(148) };
}
