import { HostkeepError } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import type { OnDamage } from '../file-system.ts';
import { keepNewest } from '../kept.ts';
import type { Changes } from './changes.ts';
import type { ChunkMap, Piece } from './chunks.ts';
import {
  compareKeyAt,
  compareKeys,
  corrupt,
  headerBytes,
  itemBytes,
  keyAt,
  keyBytes,
  number64,
  pointerBytes,
  type Key,
} from './layout.ts';
import type { Superblock } from './superblock.ts';

/** Where a tree begins. */
export interface TreeRoot {
  readonly block: number;
  readonly level: number;
  readonly generation: number;
  /** What was changed in memory since. */
  readonly changes?: Changes;
}

/** [BTRFS] "ROOT_ITEM": the tree's first block stands behind an inode. @throws HostkeepError format/btrfs-corrupt */
export function parseRoot(bytes: Buffer): TreeRoot {
  if (bytes.length < 239) throw corrupt('tree');
  return { block: number64(bytes, 176, 'tree'), generation: number64(bytes, 160, 'tree'), level: bytes[238]! };
}

export interface Item {
  readonly key: Key;
  readonly bytes: Buffer;
}

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

export interface KeyRange {
  readonly first: Key;
  readonly last: Key;
}

/** All items of one kind of one object. */
export function itemsOf(objectid: number, type: number): KeyRange {
  return { first: { objectid, type, offset: 0 }, last: { objectid, type, offset: -1 } };
}

interface Block {
  readonly bytes: Buffer;
  readonly level: number;
  readonly generation: number;
  readonly count: number;
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

/** [BTRFS] "Header": checksum, file system, and where the block lies. */
function isSound({ checksum, metadataId }: Superblock, logical: number, bytes: Buffer): boolean {
  return (
    bytes.readBigUInt64LE(48) === BigInt(logical) &&
    metadataId.equals(bytes.subarray(32, 48)) &&
    checksum.holds(bytes.subarray(32), bytes, 0)
  );
}

/** Undefined when what it says of its own items cannot be. */
function parseBlock(bytes: Buffer): Block | undefined {
  const [count, level] = [bytes.readUInt32LE(96), bytes[100]!];
  const generation = number64(bytes, 80, 'tree block');
  const size = level === 0 ? itemBytes : pointerBytes;
  const end = headerBytes + count * size;
  if (count > bytes.length / size || end > bytes.length || (level > 0 && count === 0)) return undefined;
  for (let index = 0; index < count; index += 1) {
    const at = headerBytes + index * size;
    if (index > 0 && compareKeys(bytes, at - size, bytes, at) >= 0) return undefined;
    if (level > 0) continue;
    const [from, length] = [headerBytes + bytes.readUInt32LE(at + keyBytes), bytes.readUInt32LE(at + keyBytes + 4)];
    if (from < end || from + length > bytes.length) return undefined;
  }
  return { bytes, level, generation, count };
}

function placeOf({ level }: Block, index: number): number {
  return headerBytes + index * (level === 0 ? itemBytes : pointerBytes);
}

function bytesAt(block: Block, index: number): Buffer {
  const at = placeOf(block, index) + keyBytes;
  const from = headerBytes + block.bytes.readUInt32LE(at);
  return block.bytes.subarray(from, from + block.bytes.readUInt32LE(at + 4));
}

function itemAt(block: Block, index: number): Item {
  return { key: keyAt(block.bytes, placeOf(block, index)), bytes: bytesAt(block, index) };
}

function childOf(block: Block, index: number): TreeRoot {
  const at = placeOf(block, index) + keyBytes;
  return {
    block: number64(block.bytes, at, 'tree block'),
    generation: number64(block.bytes, at + 8, 'tree block'),
    level: block.level - 1,
  };
}

/** A block begins with the key that its pointer says, and ends before that of the next: so nothing is met twice. */
function checkBelow(block: Block, index: number, below: Block): void {
  const first = below.count > 0 && compareKeys(block.bytes, placeOf(block, index), below.bytes, placeOf(below, 0)) === 0;
  const last = placeOf(below, below.count - 1);
  const isLast = index === block.count - 1;
  if (!first || (!isLast && compareKeys(below.bytes, last, block.bytes, placeOf(block, index + 1)) >= 0))
    throw corrupt('tree', { block: childOf(block, index).block });
}

/** -1 where all keys come after it. */
function lastAtOrBefore(block: Block, key: Key): number {
  let [low, high] = [0, block.count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeyAt(block.bytes, placeOf(block, middle), key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function itemsIn(block: Block, { first, last }: KeyRange): readonly Item[] {
  const found: Item[] = [];
  const before = lastAtOrBefore(block, first);
  const isFirst = before >= 0 && compareKeyAt(block.bytes, placeOf(block, before), first) === 0;
  for (let index = isFirst ? before : before + 1; index < block.count; index += 1) {
    if (compareKeyAt(block.bytes, placeOf(block, index), last) > 0) break;
    found.push(itemAt(block, index));
  }
  return found;
}
