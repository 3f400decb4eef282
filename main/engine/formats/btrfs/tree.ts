import { HostkeepError } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import type { OnDamage } from '../file-system.ts';
import { keepNewest } from '../kept.ts';
import type { ChunkMap, Piece } from './chunks.ts';
import { compareKeyAt, corrupt, type Key } from './layout.ts';
import type { Superblock } from './superblock.ts';
import {
  checkBelow,
  childOf,
  bytesAt,
  isSound,
  itemAt,
  itemsIn,
  lastAtOrBefore,
  parseBlock,
  placeOf,
  type Block,
  type Item,
  type KeyRange,
  type TreeRoot,
} from './tree-block.ts';

/** Trees of blocks by sorted keys [BTRFS] "B-trees". Every block's checksum, place, owner of the file system and keys are checked. */
export interface Trees {
  /** @throws HostkeepError format/btrfs-corrupt */
  find(root: TreeRoot, key: Key): Promise<Item | undefined>;
  /** The last item at or before a key. */
  upTo(root: TreeRoot, key: Key): Promise<Item | undefined>;
  /** All items from the first key to the last, in order, as many at once as lie in one block. With `onDamage` a damaged block is told and left out. */
  between(root: TreeRoot, range: KeyRange, onDamage?: OnDamage): AsyncIterable<readonly Item[]>;
  /** The logical addresses of all blocks of a tree. */
  blocks(root: TreeRoot): AsyncIterable<number>;
}

/** All items of one kind of one object. */
export function itemsOf(objectid: number, type: number): KeyRange {
  return { first: { objectid, type, offset: 0 }, last: { objectid, type, offset: -1 } };
}

const keptBlocks = 512;
const deepest = 7;

export function treesOf(source: BlockSource, superblock: Superblock, map: ChunkMap): Trees {
  const { nodeSize } = superblock;
  const readCopy = async (logical: number, copy: readonly Piece[]): Promise<Block | undefined> => {
    const bytes = await readPieces(source, copy, nodeSize);
    return isSound(superblock, logical, bytes) ? parseBlock(bytes) : undefined;
  };
  const firstSound = async (logical: number, isWanted: (block: Block) => boolean): Promise<Block> => {
    if (logical % superblock.sectorSize !== 0) throw corrupt('tree block', { logical });
    for (const copy of map.copies(logical, nodeSize)) {
      const block = await readCopy(logical, copy);
      if (block !== undefined && isWanted(block)) return block;
    }
    throw corrupt('tree block', { logical });
  };
  const kept = keepNewest(keptBlocks, (logical) => firstSound(logical, () => true));
  /** A copy that a write never reached is sound in itself, and of an older generation. */
  const blockAt = async ({ block, level, generation }: TreeRoot): Promise<Block> => {
    if (level > deepest) throw corrupt('tree', { level });
    const isWanted = (read: Block): boolean => read.level === level && read.generation === generation;
    const read = await kept(block);
    return isWanted(read) ? read : firstSound(block, isWanted);
  };
  /** The block in which a key lies or would lie; undefined where all keys come after it. */
  const leafOf = async (root: TreeRoot, key: Key): Promise<Block | undefined> => {
    let block = await blockAt(root);
    while (block.level > 0) {
      const index = lastAtOrBefore(block, key);
      if (index < 0) return undefined;
      const below = await blockAt(childOf(block, index));
      checkBelow(block, index, below);
      block = below;
    }
    return block;
  };
  const upTo = async (root: TreeRoot, key: Key): Promise<Item | undefined> => {
    const leaf = await leafOf(root, key);
    const index = leaf === undefined ? -1 : lastAtOrBefore(leaf, key);
    return index < 0 ? undefined : itemAt(leaf!, index);
  };
  async function* visit(block: Block, range: KeyRange, onDamage?: OnDamage): AsyncIterable<readonly Item[]> {
    if (block.level === 0) {
      yield itemsIn(block, range);
      return;
    }
    for (let index = Math.max(0, lastAtOrBefore(block, range.first)); index < block.count; index += 1) {
      if (compareKeyAt(block.bytes, placeOf(block, index), range.last) > 0) return;
      const below = await orTold(onDamage, async () => {
        const child = await blockAt(childOf(block, index));
        checkBelow(block, index, child);
        return child;
      });
      if (below !== undefined) yield* visit(below, range, onDamage);
    }
  }
  async function* placesBelow(block: Block): AsyncIterable<number> {
    for (let index = 0; block.level > 0 && index < block.count; index += 1) {
      const root = childOf(block, index);
      const child = await blockAt(root);
      checkBelow(block, index, child);
      yield root.block;
      yield* placesBelow(child);
    }
  }
  return {
    async find(root, key) {
      const leaf = await leafOf(root, key);
      const index = leaf === undefined ? -1 : lastAtOrBefore(leaf, key);
      if (index < 0 || compareKeyAt(leaf!.bytes, placeOf(leaf!, index), key) !== 0) return undefined;
      return { key, bytes: bytesAt(leaf!, index) };
    },
    upTo,
    async *between(root, range, onDamage) {
      const top = await orTold(onDamage, () => blockAt(root));
      if (top !== undefined) yield* visit(top, range, onDamage);
    },
    async *blocks(root) {
      yield root.block;
      yield* placesBelow(await blockAt(root));
    },
  };
}

async function orTold<Result>(onDamage: OnDamage | undefined, act: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await act();
  } catch (error) {
    if (onDamage === undefined || !(error instanceof HostkeepError)) throw error;
    onDamage(error);
    return undefined;
  }
}

export async function readPieces(source: BlockSource, pieces: readonly Piece[], length: number): Promise<Buffer> {
  if (pieces.length === 1) return readBytes(source, pieces[0]!.physical, length);
  const target = Buffer.alloc(length);
  for (const piece of pieces) await source.read(piece.physical, target.subarray(piece.at, piece.at + piece.length));
  return target;
}
