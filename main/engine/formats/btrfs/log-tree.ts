import type { ByteRange } from '#contract';
import { extentTypes, regularBytes } from './extents.ts';
import { corrupt, items, number64, objects } from './layout.ts';
import type { Superblock } from './superblock.ts';
import { itemsOf, type Trees } from './tree.ts';
import { parseRoot, type Item, type KeyRange, type TreeRoot } from './tree-block.ts';

/** What fsync wrote of one subvolume since the last transaction: the items of each inode, in their order. */
export interface LoggedTree {
  readonly tree: number;
  readonly inodes: ReadonlyMap<number, readonly Item[]>;
}

export interface Log {
  readonly trees: readonly LoggedTree[];
  /** Checksums of the data that the log speaks of ([BTRFS] "EXTENT_CSUM"), in order. */
  readonly sums: readonly Item[];
  /** Logical addresses, in order and apart, of its own blocks and of its data, which the extent tree does not know yet. */
  readonly used: readonly ByteRange[];
}

export const emptyLog: Log = { trees: [], sums: [], used: [] };

const everything: KeyRange = { first: { objectid: 0, type: 0, offset: 0 }, last: { objectid: -1, type: 255, offset: -1 } };
/** A transaction ends after half a minute, and with it the log. */
const mostItems = 1_000_000;
const mostBytes = 256 * 1024 * 1024;

interface Gathered {
  readonly sums: Item[];
  readonly used: ByteRange[];
  items: number;
  bytes: number;
}

/** Undefined where it is larger than what is kept in memory. @throws HostkeepError format/btrfs-corrupt */
export async function readLog(trees: Trees, { logTree, nodeSize }: Superblock): Promise<Log | undefined> {
  const gathered: Gathered = { sums: [], used: [], items: 0, bytes: 0 };
  const logged: LoggedTree[] = [];
  await addBlocks(trees, logTree, nodeSize, gathered);
  for await (const roots of trees.between(logTree, itemsOf(objects.logTrees, items.root))) {
    for (const { key, bytes } of roots) {
      if (key.offset < objects.fsTree) throw corrupt('log', { tree: key.offset });
      const root = parseRoot(bytes);
      await addBlocks(trees, root, nodeSize, gathered);
      const inodes = await readInodes(trees, root, gathered);
      if (inodes === undefined) return undefined;
      logged.push({ tree: key.offset, inodes });
    }
  }
  const { sums, used } = gathered;
  return {
    trees: logged,
    sums: sums.toSorted((a, b) => a.key.offset - b.key.offset),
    used: joined(used.toSorted((a, b) => a.offset - b.offset)),
  };
}

/** Several files may have one extent, and parts of it. */
function joined(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const apart: ByteRange[] = [];
  for (const { offset, length } of ranges) {
    const last = apart.at(-1);
    if (last === undefined || offset > last.offset + last.length) apart.push({ offset, length });
    else apart[apart.length - 1] = { offset: last.offset, length: Math.max(last.length, offset + length - last.offset) };
  }
  return apart;
}

async function addBlocks(trees: Trees, root: TreeRoot, nodeSize: number, { used }: Gathered): Promise<void> {
  for await (const offset of trees.blocks(root)) used.push({ offset, length: nodeSize });
}

async function readInodes(trees: Trees, root: TreeRoot, gathered: Gathered): Promise<LoggedTree['inodes'] | undefined> {
  const inodes = new Map<number, Item[]>();
  for await (const found of trees.between(root, everything))
    for (const item of found) {
      gathered.items += 1;
      gathered.bytes += item.bytes.length;
      if (gathered.items > mostItems || gathered.bytes > mostBytes) return undefined;
      const { objectid, type } = item.key;
      if (objectid === objects.checksums && type === items.checksum) gathered.sums.push(item);
      if (objectid <= 0) continue;
      const known = inodes.get(objectid);
      if (known === undefined) inodes.set(objectid, [item]);
      else known.push(item);
      if (type === items.extentData) gathered.used.push(...dataOf(item.bytes));
    }
  return inodes;
}

/** Where the data of an extent lie [BTRFS] "EXTENT_DATA"; nowhere of its own for a hole and for what is in the tree. */
function dataOf(bytes: Buffer): readonly ByteRange[] {
  if (bytes[20] === extentTypes.inline || bytes.length < regularBytes) return [];
  const [offset, length] = [number64(bytes, 21, 'extent'), number64(bytes, 29, 'extent')];
  return offset === 0 || length === 0 ? [] : [{ offset, length }];
}
