import { crc32c } from '#engine/bytes';
import type { OnDamage } from '../file-system.ts';
import { emptyFolderFor, isEmptyFolder, type Inode, type InodeName } from './inode.ts';
import { corrupt, items, keyAt, keyBytes, nameHashStart, objects, type Key } from './layout.ts';
import { itemsOf } from './tree.ts';
import type { BtrfsVolume } from './volume.ts';

export interface FolderEntry {
  readonly inode: InodeName;
  readonly name: string;
}

/** [BTRFS] "DIR_ITEM", which folders, their indexes and attributes have in common. */
export interface NamedItem {
  readonly location: Key;
  readonly name: Buffer;
  readonly value: Buffer;
}

const headerBytes = 30;

/** Several stand behind one another where their names have the same hash. */
export function parseNamed(bytes: Buffer, structure: string): readonly NamedItem[] {
  const found: NamedItem[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + headerBytes > bytes.length) throw corrupt(structure);
    const [valueLength, nameLength] = [bytes.readUInt16LE(at + 25), bytes.readUInt16LE(at + 27)];
    const nameAt = at + headerBytes;
    const end = nameAt + nameLength + valueLength;
    if (nameLength === 0 || end > bytes.length) throw corrupt(structure, { nameLength });
    found.push({
      location: keyAt(bytes, at),
      name: bytes.subarray(nameAt, nameAt + nameLength),
      value: bytes.subarray(nameAt + nameLength, end),
    });
    at = end;
  }
  return found;
}

const mostEntries = 50_000_000;

/** In the order in which the names were made ([BTRFS] "DIR_INDEX"). */
export async function readFolder(volume: BtrfsVolume, folder: Inode, onDamage?: OnDamage): Promise<readonly FolderEntry[]> {
  if (isEmptyFolder(folder)) return [];
  const entries: FolderEntry[] = [];
  const range = itemsOf(folder.number, items.folderIndex);
  for await (const found of volume.trees.between(await volume.rootOf(folder.tree), range, onDamage)) {
    for (const { bytes } of found)
      for (const named of parseNamed(bytes, 'folder')) entries.push(await entryOf(volume, folder, named));
    if (entries.length > mostEntries) throw corrupt('folder', { inode: folder.number, entries: entries.length });
  }
  return entries;
}

/** By the hash of the name. */
export async function findInFolder(volume: BtrfsVolume, folder: Inode, name: string): Promise<FolderEntry | undefined> {
  const bytes = Buffer.from(name, 'utf8');
  const key = { objectid: folder.number, type: items.folderItem, offset: nameHash(bytes) };
  const item = await volume.trees.find(await volume.rootOf(folder.tree), key);
  const named = parseNamed(item?.bytes ?? Buffer.alloc(0), 'folder').find((candidate) => candidate.name.equals(bytes));
  return named === undefined ? undefined : entryOf(volume, folder, named);
}

export function nameHash(name: Buffer): number {
  return ~crc32c(name, nameHashStart) >>> 0;
}

async function entryOf(volume: BtrfsVolume, folder: Inode, named: NamedItem): Promise<FolderEntry> {
  const { location } = named;
  const name = named.name.toString('utf8');
  if (location.type === items.inode) return { name, inode: { tree: folder.tree, number: location.objectid } };
  if (location.type !== items.root) throw corrupt('folder entry', { inode: folder.number, type: location.type });
  const subvolume = location.objectid;
  const isHere = await isSubvolumeIn(volume, subvolume, folder);
  return { name, inode: isHere ? { tree: subvolume, number: objects.subvolumeRoot } : emptyFolderFor(subvolume, folder) };
}

/**
 * A subvolume is in one folder, which it names [BTRFS] "ROOT_BACKREF". In a snapshot of what is above it stands its name only, and an empty
 * folder. So no subvolume is met within itself.
 */
async function isSubvolumeIn({ trees, superblock }: BtrfsVolume, tree: number, folder: Inode): Promise<boolean> {
  let parents = 0;
  let isHere = false;
  for await (const found of trees.between(superblock.rootTree, itemsOf(tree, items.rootBackRef)))
    for (const { key, bytes } of found) {
      if (bytes.length < keyBytes + 1) throw corrupt('subvolume', { tree });
      parents += 1;
      isHere ||= key.offset === folder.tree && Number(bytes.readBigUInt64LE(0)) === folder.number;
    }
  if (parents > 1) throw corrupt('subvolume', { tree, parents });
  return isHere;
}
