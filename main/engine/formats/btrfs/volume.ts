import { HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import { keepNewest } from '../kept.ts';
import { changedTrees, type Changes } from './changes.ts';
import { chunkHeaderBytes, chunkMap, parseChunk, stripeBytes, type Chunk, type ChunkMap } from './chunks.ts';
import { corrupt, items, keyAt, keyBytes, objects } from './layout.ts';
import { emptyLog, readLog, type Log } from './log-tree.ts';
import { replayLog } from './replay-log.ts';
import { readSuperblock, type Superblock } from './superblock.ts';
import { itemsOf, treesOf, type Trees } from './tree.ts';
import { parseRoot, type TreeRoot } from './tree-block.ts';

/** What became of what fsync wrote since the last transaction. */
export type PendingState = 'none' | 'replayed' | 'too large' | 'unreadable';

export interface BtrfsVolume {
  readonly source: BlockSource;
  readonly superblock: Superblock;
  readonly map: ChunkMap;
  readonly trees: Trees;
  readonly pending: PendingState;
  readonly log: Log;
  /** With what the log changes of it. @throws HostkeepError format/btrfs-corrupt where there is no such tree */
  rootOf(tree: number): Promise<TreeRoot>;
}

/** Opens a volume, with what waits in its log put in place in memory. @throws HostkeepError format/btrfs-corrupt, format/btrfs-unsupported */
export async function openVolume(source: BlockSource): Promise<BtrfsVolume> {
  const superblock = await readSuperblock(source);
  const device = { id: superblock.deviceId, count: superblock.devices };
  const first = treesOf(source, superblock, chunkMap(systemChunks(superblock), device));
  const map = chunkMap(await readChunks(first, superblock.chunkTree), device);
  const trees = changedTrees(treesOf(source, superblock, map));
  const { rootTree } = superblock;
  const writtenRootOf = keepNewest(1000, (tree) => readRoot(trees, rootTree, tree));
  const { pending, log, changes } = await afterLog(trees, superblock, writtenRootOf);
  const rootOf = keepNewest(1000, async (tree) => ({ ...(await writtenRootOf(tree)), changes: changes.get(tree) ?? [] }));
  return { source, superblock, map, trees, pending, log, rootOf };
}

interface AfterLog {
  readonly pending: PendingState;
  readonly log: Log;
  /** By subvolume. */
  readonly changes: ReadonlyMap<number, Changes>;
}

/** A volume whose log cannot be read is read as its last transaction left it, and says so. */
async function afterLog(trees: Trees, superblock: Superblock, rootOf: (tree: number) => Promise<TreeRoot>): Promise<AfterLog> {
  const without = (pending: PendingState): AfterLog => ({ pending, log: emptyLog, changes: new Map() });
  if (superblock.logTree.block === 0) return without('none');
  try {
    const log = await readLog(trees, superblock);
    if (log === undefined) return without('too large');
    const changes = new Map<number, Changes>();
    for (const logged of log.trees) {
      const root = await rootOf(logged.tree);
      changes.set(logged.tree, await replayLog(trees, { root, logged, sectorSize: superblock.sectorSize }));
    }
    return { pending: 'replayed', log, changes };
  } catch (error) {
    if (error instanceof HostkeepError && error.code.startsWith('format/')) return without('unreadable');
    throw error;
  }
}

/** [BTRFS] "Superblock", `sys_chunk_array`. */
function systemChunks({ systemChunks: bytes }: Superblock): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + keyBytes + chunkHeaderBytes + stripeBytes > bytes.length) throw corrupt('system chunks');
    const { type, offset } = keyAt(bytes, at);
    if (type !== items.chunk) throw corrupt('system chunks', { type });
    const end = at + keyBytes + chunkHeaderBytes + bytes.readUInt16LE(at + keyBytes + 44) * stripeBytes;
    chunks.push(parseChunk(offset, bytes.subarray(at + keyBytes, end)));
    at = end;
  }
  return chunks;
}

async function readChunks(trees: Trees, root: TreeRoot): Promise<readonly Chunk[]> {
  const chunks: Chunk[] = [];
  for await (const found of trees.between(root, itemsOf(objects.firstChunk, items.chunk)))
    for (const { key, bytes } of found) chunks.push(parseChunk(key.offset, bytes));
  return chunks;
}

/** A snapshot's key has the transaction that made it. */
async function readRoot(trees: Trees, rootTree: TreeRoot, tree: number): Promise<TreeRoot> {
  const item = await trees.upTo(rootTree, { objectid: tree, type: items.root, offset: -1 });
  if (item === undefined || item.key.objectid !== tree || item.key.type !== items.root) throw corrupt('tree', { tree });
  return parseRoot(item.bytes);
}
