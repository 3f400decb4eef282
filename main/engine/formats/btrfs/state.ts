import { HostkeepError, volumeNote, type VolumeNote } from '#contract';
import type { FileSystemState } from '../file-system.ts';
import { nameHash, parseNamed } from './folder.ts';
import { corrupt, items, number64, objects } from './layout.ts';
import { itemsOf } from './tree.ts';
import type { BtrfsVolume, PendingState } from './volume.ts';

const notes: Readonly<Record<Exclude<PendingState, 'none'>, VolumeNote>> = {
  replayed: volumeNote('btrfs-replayed'),
  'too large': volumeNote('btrfs-too-large'),
  unreadable: volumeNote('btrfs-unreadable'),
};

/** Trees are replaced as a whole, so that what a volume in use has is the last transaction; only what fsync wrote since then waits in a log. */
export async function stateOf(volume: BtrfsVolume): Promise<FileSystemState> {
  const { superblock, pending } = volume;
  const isKnown = (pending === 'none' || pending === 'replayed') && !superblock.isSecondary;
  return {
    clean: isKnown && pending === 'none',
    freeSpace: isKnown ? 'exact' : 'uncertain',
    note: await noteOf(volume),
    version: `Btrfs, ${superblock.checksum.name}`,
    clusterBytes: superblock.sectorSize,
  };
}

async function noteOf(volume: BtrfsVolume): Promise<VolumeNote | null> {
  const { superblock, pending } = volume;
  if (superblock.isSecondary) return volumeNote('btrfs-copy-used');
  if (pending !== 'none') return notes[pending];
  if (superblock.devices > 1) return volumeNote('btrfs-devices', { devices: superblock.devices });
  const path = await usualRoot(volume);
  return path === undefined ? null : volumeNote('btrfs-subvolume', { path });
}

/** Names from the top to the subvolume that is mounted where nobody says which; undefined where that is the top itself. */
export async function usualRoot(volume: BtrfsVolume): Promise<string | undefined> {
  try {
    const key = { objectid: objects.rootFolder, type: items.folderItem, offset: nameHash(Buffer.from('default')) };
    const item = await volume.trees.find(volume.superblock.rootTree, key);
    const tree = parseNamed(item?.bytes ?? Buffer.alloc(0), 'default subvolume')[0]?.location.objectid;
    return tree === undefined || tree === objects.fsTree ? undefined : await pathOf(volume, tree);
  } catch (error) {
    if (error instanceof HostkeepError && error.code.startsWith('format/btrfs-')) return undefined;
    throw error;
  }
}

const deepest = 64;

/** [BTRFS] "ROOT_BACKREF", and "INODE_REF" of the folders that the subvolume is in. */
async function pathOf(volume: BtrfsVolume, subvolume: number): Promise<string> {
  const names: string[] = [];
  let tree = subvolume;
  while (tree !== objects.fsTree && names.length < deepest) {
    const found = await firstOf(volume, itemsOf(tree, items.rootBackRef));
    if (found === undefined) break;
    names.unshift(nameAt(found.bytes, 16));
    tree = found.key.offset;
    let folder = number64(found.bytes, 0, 'subvolume');
    while (folder !== objects.subvolumeRoot && names.length < deepest) {
      const up = await firstOf(volume, itemsOf(folder, items.inodeRef), tree);
      if (up === undefined) break;
      names.unshift(nameAt(up.bytes, 8));
      folder = up.key.offset;
    }
  }
  return names.join('/');
}

async function firstOf({ trees, superblock, rootOf }: BtrfsVolume, range: ReturnType<typeof itemsOf>, tree?: number) {
  const root = tree === undefined ? superblock.rootTree : await rootOf(tree);
  for await (const found of trees.between(root, range)) if (found[0] !== undefined && found[0].bytes.length > 10) return found[0];
  return undefined;
}

function nameAt(bytes: Buffer, at: number): string {
  if (at + 2 > bytes.length) throw corrupt('name');
  return bytes.toString('utf8', at + 2, at + 2 + bytes.readUInt16LE(at));
}
