import { nameHash, parseNamed, type NamedItem } from './folder.ts';
import { corrupt, items, keyBytes, number64, writeKey, type Key } from './layout.ts';
import type { View } from './log-view.ts';
import type { Item } from './tree-block.ts';

/** A name of an inode, as the inode has it [BTRFS] "INODE_REF", "INODE_EXTREF". */
export interface NameRef {
  readonly folder: number;
  /** Where in the folder's order of making it stands. */
  readonly index: number;
  readonly name: Buffer;
}

/** An entry of a folder: under the hash of its name, and under its place in the order of making. */
interface Entry {
  readonly folder: number;
  readonly index: number;
  readonly name: Buffer;
}

/** Names of a subvolume, kept alike in the folder's two lists and in the inode. */
export interface Names {
  byName(folder: number, name: Buffer): Promise<NamedItem | undefined>;
  /** The entry at a place, where it has that name. */
  byIndex(entry: Entry): Promise<NamedItem | undefined>;
  refsOf(inode: number): Promise<readonly NameRef[]>;
  add(entry: Entry, location: Key): Promise<void>;
  addRef(inode: number, ref: NameRef): Promise<void>;
  /** Takes an inode's name out of a folder, from wherever it stands. */
  remove(inode: number, of: Omit<Entry, 'index'> & { readonly index?: number }): Promise<void>;
  /** Inodes whose names were changed. */
  readonly touched: ReadonlySet<number>;
}

export function namesIn(view: View): Names {
  const touched = new Set<number>();
  const chain = async (key: Key): Promise<readonly NamedItem[]> =>
    parseNamed((await view.find(key)) ?? Buffer.alloc(0), 'folder entry');
  const put = (key: Key, named: readonly NamedItem[]): void =>
    named.length === 0 ? view.remove(key) : view.put(key, writeNamed(named));
  const byIndex = async ({ folder, index, name }: Entry): Promise<NamedItem | undefined> =>
    named(await chain(indexKey(folder, index)), name);

  /** Where in the folder the name stood, as the inode says. */
  const removeRef = async (inode: number, folder: number, name: Buffer): Promise<number | undefined> => {
    for (const item of await refItems(view, inode)) {
      const refs = refsIn(item);
      const found = refs.find((ref) => ref.folder === folder && ref.name.equals(name));
      if (found === undefined) continue;
      const left = refs.filter((ref) => ref !== found);
      if (left.length === 0) view.remove(item.key);
      else view.put(item.key, writeRefs(item.key, left));
      return found.index;
    }
    return undefined;
  };

  return {
    touched,
    byName: async (folder, name) => named(await chain(nameKey(folder, name)), name),
    byIndex,
    refsOf: async (inode) => (await refItems(view, inode)).flatMap(refsIn),
    async add({ folder, index, name }, location) {
      const entry: NamedItem = { location, name, value: Buffer.alloc(0) };
      put(nameKey(folder, name), [...(await chain(nameKey(folder, name))), entry]);
      put(indexKey(folder, index), [entry]);
      if (location.type === items.inode) touched.add(location.objectid);
    },
    async addRef(inode, ref) {
      const key = { objectid: inode, type: items.inodeRef, offset: ref.folder };
      const before = await view.find(key);
      view.put(key, writeRefs(key, [...(before === undefined ? [] : refsIn({ key, bytes: before })), ref]));
      touched.add(inode);
    },
    async remove(inode, { folder, name, index }) {
      const key = nameKey(folder, name);
      put(
        key,
        (await chain(key)).filter((one) => !one.name.equals(name)),
      );
      for (const place of new Set([await removeRef(inode, folder, name), index])) {
        if (place === undefined) continue;
        const at = await byIndex({ folder, index: place, name });
        if (at !== undefined) view.remove(indexKey(folder, place));
      }
      touched.add(inode);
    },
  };
}

function nameKey(folder: number, name: Buffer): Key {
  return { objectid: folder, type: items.folderItem, offset: nameHash(name) };
}

function indexKey(folder: number, index: number): Key {
  return { objectid: folder, type: items.folderIndex, offset: index };
}

function named(found: readonly NamedItem[], name: Buffer): NamedItem | undefined {
  return found.find((candidate) => candidate.name.equals(name));
}

async function refItems(view: View, inode: number): Promise<readonly Item[]> {
  const [few, more] = [items.inodeRef, items.inodeExtendedRef];
  return [...(await view.items({ objectid: inode, type: few })), ...(await view.items({ objectid: inode, type: more }))];
}

/** The names in an item of an inode; none where the item is of another kind. */
export function refsIn({ key, bytes }: Item): readonly NameRef[] {
  if (key.type !== items.inodeRef && key.type !== items.inodeExtendedRef) return [];
  const isExtended = key.type === items.inodeExtendedRef;
  const header = isExtended ? 18 : 10;
  const refs: NameRef[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + header > bytes.length) throw corrupt('name', { inode: key.objectid });
    const end = at + header + bytes.readUInt16LE(at + header - 2);
    if (end > bytes.length || end === at + header) throw corrupt('name', { inode: key.objectid });
    refs.push({
      folder: isExtended ? number64(bytes, at, 'name') : key.offset,
      index: number64(bytes, at + header - 10, 'name'),
      name: bytes.subarray(at + header, end),
    });
    at = end;
  }
  return refs;
}

function writeRefs({ type }: Key, refs: readonly NameRef[]): Buffer {
  return Buffer.concat(
    refs.map(({ folder, index, name }) => {
      const header = Buffer.alloc(type === items.inodeExtendedRef ? 18 : 10);
      if (header.length === 18) header.writeBigUInt64LE(BigInt(folder), 0);
      header.writeBigUInt64LE(BigInt(index), header.length - 10);
      header.writeUInt16LE(name.length, header.length - 2);
      return Buffer.concat([header, name]);
    }),
  );
}

const entryHeaderBytes = 30;

/** [BTRFS] "DIR_ITEM". Transaction and kind are left empty: nothing here asks for them. */
function writeNamed(entries: readonly NamedItem[]): Buffer {
  return Buffer.concat(
    entries.map(({ location, name, value }) => {
      const header = Buffer.alloc(entryHeaderBytes);
      writeKey(header, 0, location);
      header.writeUInt16LE(value.length, keyBytes + 8);
      header.writeUInt16LE(name.length, keyBytes + 10);
      return Buffer.concat([header, name, value]);
    }),
  );
}
