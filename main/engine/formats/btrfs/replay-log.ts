import type { Changes } from './changes.ts';
import { parseNamed, type NamedItem } from './folder.ts';
import { inodeBytes } from './inode.ts';
import { corrupt, items, number64, type Key } from './layout.ts';
import { replayExtents } from './log-extents.ts';
import { namesIn, refsIn, type NameRef, type Names } from './log-names.ts';
import type { LoggedTree } from './log-tree.ts';
import { viewOf, type View } from './log-view.ts';
import type { Trees } from './tree.ts';
import type { Item, TreeRoot } from './tree-block.ts';

/**
 * Puts what fsync wrote into a subvolume in place, in memory, as the kernel does when it mounts (Linux fs/btrfs/tree-log.c): first what is
 * gone, then inodes, then entries of folders, then names, attributes and contents, then how many names each inode has.
 * @throws HostkeepError format/btrfs-corrupt
 */
export async function replayLog(
  trees: Trees,
  of: { readonly root: TreeRoot; readonly logged: LoggedTree; readonly sectorSize: number },
): Promise<Changes> {
  const view = viewOf(trees, of.root);
  const replay: Replay = { view, names: namesIn(view), inodes: kept(of.logged), sectorSize: of.sectorSize };
  const cuts = new Map<number, number>();
  for (const [inode, logged] of replay.inodes) cuts.set(inode, await replayInode(replay, inode, logged));
  for (const [folder, logged] of replay.inodes) await replayEntries(replay, folder, logged);
  for (const [inode, logged] of replay.inodes) await replayContent(replay, logged, { inode, cutAt: cuts.get(inode)! });
  for (const inode of new Set([...replay.inodes.keys(), ...replay.names.touched])) await countNames(replay, inode);
  return view.changes();
}

interface Replay {
  readonly view: View;
  readonly names: Names;
  readonly inodes: LoggedTree['inodes'];
  readonly sectorSize: number;
}

const places = { generation: 0, size: 16, stored: 24, links: 40, mode: 52 } as const;
const formats = { mask: 0o170_000, folder: 0o040_000, file: 0o100_000 } as const;

function inodeKey(objectid: number): Key {
  return { objectid, type: items.inode, offset: 0 };
}

function isFormat(inode: Buffer, format: number): boolean {
  return (inode.readUInt32LE(places.mode) & formats.mask) === format;
}

/** Without what was removed while it was still open. */
function kept({ inodes }: LoggedTree): LoggedTree['inodes'] {
  return new Map(
    [...inodes].filter(([inode, logged]) => {
      const record = logged.find(({ key }) => key.type === items.inode)?.bytes;
      if (record !== undefined && record.length < inodeBytes) throw corrupt('inode', { inode });
      return record === undefined || record.readUInt32LE(places.links) > 0;
    }),
  );
}

/** What the inode lost, and its record. Answers from where on nothing of its old content is left. */
async function replayInode(replay: Replay, inode: number, logged: readonly Item[]): Promise<number> {
  const { view, sectorSize } = replay;
  const record = logged.find(({ key }) => key.type === items.inode)?.bytes;
  if (record === undefined) return Number.MAX_SAFE_INTEGER;
  await removeAttributes(view, inode, logged);
  if (isFormat(record, formats.folder)) await removeEntries(replay, inode, logged);
  const before = await view.find(inodeKey(inode));
  const after = recordAfter(before, record);
  view.put(inodeKey(inode), after);
  if (!isFormat(record, formats.file)) return Number.MAX_SAFE_INTEGER;
  return Math.ceil(number64(after, places.size, 'inode') / sectorSize) * sectorSize;
}

/** One without a generation says only that the inode is there; the size of a folder follows from its entries. */
function recordAfter(before: Buffer | undefined, logged: Buffer): Buffer {
  if (before !== undefined && before.length < inodeBytes) throw corrupt('inode');
  const onlyThere = logged.readBigUInt64LE(places.generation) === 0n;
  const after = Buffer.from(before !== undefined && onlyThere ? before : logged);
  const size = logged.readBigUInt64LE(places.size);
  if (before !== undefined && onlyThere) {
    const areFiles = isFormat(before, formats.file) && isFormat(logged, formats.file);
    if (areFiles && size !== 0n) after.writeBigUInt64LE(size, places.size);
    return after;
  }
  after.writeBigUInt64LE(before?.readBigUInt64LE(places.stored) ?? 0n, places.stored);
  if (isFormat(logged, formats.folder)) after.writeBigUInt64LE(before?.readBigUInt64LE(places.size) ?? 0n, places.size);
  return after;
}

async function removeAttributes(view: View, inode: number, logged: readonly Item[]): Promise<void> {
  const here = new Map(logged.filter(({ key }) => key.type === items.xattr).map(({ key, bytes }) => [key.offset, bytes]));
  for (const { key } of await view.items({ objectid: inode, type: items.xattr })) if (!here.has(key.offset)) view.remove(key);
}

/** In the stretches of a folder that the log has whole, what it does not name is gone ([BTRFS] "DIR_LOG_INDEX"). */
async function removeEntries({ view, names }: Replay, folder: number, logged: readonly Item[]): Promise<void> {
  const inLog = new Map(logged.filter(({ key }) => key.type === items.folderIndex).map(({ key, bytes }) => [key.offset, bytes]));
  let done = -1;
  for (const { key, bytes } of logged.filter((item) => item.key.type === items.logIndex)) {
    if (bytes.length < 8) throw corrupt('log', { folder });
    // Each fsync of a folder writes its own, so that they may lie over one another.
    const [first, end] = [Math.max(key.offset, done + 1), lastOf(bytes.readBigUInt64LE(0))];
    if (end !== -1 && end < first) continue;
    for (const item of await view.items({ objectid: folder, type: items.folderIndex, first, last: end }))
      for (const { name, location } of parseNamed(item.bytes, 'folder')) {
        const stays = parseNamed(inLog.get(item.key.offset) ?? Buffer.alloc(0), 'folder').some((one) => one.name.equals(name));
        if (!stays) await names.remove(location.objectid, { folder, name, index: item.key.offset });
      }
    if (end === -1) return;
    done = end;
  }
}

/** -1 stands for the last number of all. */
function lastOf(end: bigint): number {
  return end > BigInt(Number.MAX_SAFE_INTEGER) ? -1 : Number(end);
}

async function replayEntries(replay: Replay, folder: number, logged: readonly Item[]): Promise<void> {
  for (const { key, bytes } of logged)
    if (key.type === items.folderIndex)
      for (const entry of parseNamed(bytes, 'folder')) await replayEntry(replay, { folder, index: key.offset, ...entry });
}

type LoggedEntry = NamedItem & { readonly folder: number; readonly index: number };

async function replayEntry({ view, names, inodes }: Replay, entry: LoggedEntry): Promise<void> {
  const { folder, index, name, location } = entry;
  // A new subvolume ends the transaction, so that none is only in the log.
  if (location.type !== items.inode) return;
  const target = location.objectid;
  const isThere = (await view.find(inodeKey(target))) !== undefined;
  for (const found of [await names.byName(folder, name), await names.byIndex({ folder, index, name })])
    if (found !== undefined && isThere && !isSame(found.location, location))
      await names.remove(found.location.objectid, { folder, name, index });
  const isNamed = (await names.byName(folder, name)) !== undefined;
  // Where the log has the inode's own word for it, the entry comes with that.
  if (!isThere || isNamed || loggedRefs(inodes.get(target) ?? []).some((ref) => isRef(ref, { folder, name }))) return;
  if ((await view.find(inodeKey(folder))) === undefined) throw corrupt('log', { folder });
  await names.add({ folder, index, name }, location);
  await names.addRef(target, { folder, index, name });
}

function isSame(left: Key, right: Key): boolean {
  return left.objectid === right.objectid && left.type === right.type && left.offset === right.offset;
}

function loggedRefs(logged: readonly Item[]): readonly NameRef[] {
  return logged.flatMap(refsIn);
}

function isRef(ref: NameRef, of: Pick<NameRef, 'folder' | 'name'>): boolean {
  return ref.folder === of.folder && ref.name.equals(of.name);
}

async function replayContent(replay: Replay, logged: readonly Item[], of: { readonly inode: number; readonly cutAt: number }) {
  const { view, sectorSize } = replay;
  const all = loggedRefs(logged);
  for (const item of logged) {
    if (item.key.type === items.xattr) view.put(item.key, item.bytes);
    const refs = refsIn(item);
    if (refs.length > 0) await replayRefs(replay, item, { refs, all });
  }
  const record = await view.find(inodeKey(of.inode));
  const extents = logged.filter(({ key }) => key.type === items.extentData);
  if (record === undefined || (extents.length === 0 && of.cutAt === Number.MAX_SAFE_INTEGER)) return;
  const stored = await replayExtents(view, { inode: of.inode, logged: extents, sectorSize, cutAt: of.cutAt });
  const after = Buffer.from(record);
  after.writeBigUInt64LE(BigInt(stored), places.stored);
  view.put(inodeKey(of.inode), after);
}

/** The names of an inode in a folder are those that the log says, and whatever else had such a name has it no more. */
async function replayRefs(
  { view, names }: Replay,
  { key, bytes }: Item,
  { refs, all }: { readonly refs: readonly NameRef[]; readonly all: readonly NameRef[] },
): Promise<void> {
  const inode = key.objectid;
  // The first folder of a subvolume calls itself `..`, which is no name in any folder.
  if (refs.some(({ folder }) => folder === inode)) return;
  if ((await view.find(inodeKey(inode))) === undefined) throw corrupt('log', { inode });
  const location = inodeKey(inode);
  for (const ref of refs) {
    // A folder that is in neither was not made durable.
    if ((await view.find(inodeKey(ref.folder))) === undefined) return;
    const [byName, byIndex] = [await names.byName(ref.folder, ref.name), await names.byIndex(ref)];
    if (byName !== undefined && byIndex !== undefined && [byName, byIndex].every((one) => isSame(one.location, location)))
      continue;
    for (const old of await names.refsOf(inode))
      if (old.folder === ref.folder && !all.some((one) => isRef(one, old))) await names.remove(inode, old);
    for (const one of [byIndex, byName])
      if (one !== undefined) await names.remove(one.location.objectid, { folder: ref.folder, name: ref.name, index: ref.index });
    await names.add(ref, location);
  }
  for (const { folder, name, index } of refsIn({ key, bytes: (await view.find(key)) ?? Buffer.alloc(0) }))
    if (!refs.some((ref) => isRef(ref, { folder, name }))) await names.remove(inode, { folder, name, index });
  view.put(key, bytes);
}

/** A record may speak of names that were not made durable with it. Of folders one name is counted, whatever there is. */
async function countNames({ view, names }: Replay, inode: number): Promise<void> {
  const record = await view.find(inodeKey(inode));
  if (record === undefined || isFormat(record, formats.folder)) return;
  const after = Buffer.from(record);
  after.writeUInt32LE((await names.refsOf(inode)).length, places.links);
  view.put(inodeKey(inode), after);
}
