import type { FileDetails } from '../file-system.ts';
import { parseNamed } from './folder.ts';
import { isEmptyFolder, type Inode } from './inode.ts';
import { items } from './layout.ts';
import { itemsOf } from './tree.ts';
import type { BtrfsVolume } from './volume.ts';

/** What Btrfs keeps for itself as an attribute is shown by the kernel as well. [BTRFS] "XATTR_ITEM" */
export async function attributesOf({ trees, rootOf }: BtrfsVolume, inode: Inode): Promise<FileDetails['xattrs']> {
  if (isEmptyFolder(inode)) return [];
  const shown: { name: string; value: Uint8Array }[] = [];
  for await (const found of trees.between(await rootOf(inode.tree), itemsOf(inode.number, items.xattr)))
    for (const { bytes } of found)
      for (const { name, value } of parseNamed(bytes, 'attributes'))
        shown.push({ name: name.toString('utf8'), value: Buffer.from(value) });
  return shown;
}
