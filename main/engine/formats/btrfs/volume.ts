import type { BlockSource } from '#engine/blocks';
import { keepNewest } from '../kept.ts';
import { chunkHeaderBytes, chunkMap, parseChunk, stripeBytes, type Chunk, type ChunkMap } from './chunks.ts';
import { corrupt, items, keyAt, keyBytes, number64, objects } from './layout.ts';
import { readSuperblock, type Superblock } from './superblock.ts';
import { itemsOf, treesOf, type TreeRoot, type Trees } from './tree.ts';

export interface BtrfsVolume {
  readonly source: BlockSource;
  readonly superblock: Superblock;
  readonly map: ChunkMap;
  readonly trees: Trees;
  /** @throws HostkeepError format/btrfs-corrupt where there is no such tree */
  rootOf(tree: number): Promise<TreeRoot>;
}

/** @throws HostkeepError format/btrfs-corrupt, format/btrfs-unsupported */
export async function openVolume(source: BlockSource): Promise<BtrfsVolume> {
  const superblock = await readSuperblock(source);
  const device = { id: superblock.deviceId, count: superblock.devices };
  const first = treesOf(source, superblock, chunkMap(systemChunks(superblock), device));
  const map = chunkMap(await readChunks(first, superblock.chunkTree), device);
  const trees = treesOf(source, superblock, map);
  const { rootTree } = superblock;
  const rootOf = keepNewest(1000, (tree) => readRoot(trees, rootTree, tree));
  return { source, superblock, map, trees, rootOf };
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

/** [BTRFS] "ROOT_ITEM": the tree's first block stands behind an inode. A snapshot's key has the transaction that made it. */
async function readRoot(trees: Trees, rootTree: TreeRoot, tree: number): Promise<TreeRoot> {
  const item = await trees.upTo(rootTree, { objectid: tree, type: items.root, offset: -1 });
  if (item === undefined || item.key.objectid !== tree || item.key.type !== items.root || item.bytes.length < 239)
    throw corrupt('tree', { tree });
  return parseRoot(item.bytes);
}

export function parseRoot(bytes: Buffer): TreeRoot {
  return {
    block: number64(bytes, 176, 'tree'),
    generation: number64(bytes, 160, 'tree'),
    level: bytes[238]!,
  };
}
