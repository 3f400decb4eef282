import type { Changes } from './changes.ts';
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

export interface KeyRange {
  readonly first: Key;
  readonly last: Key;
}

/** A block of a tree, whose items or pointers are in the order of their keys. */
export interface Block {
  readonly bytes: Buffer;
  readonly level: number;
  readonly generation: number;
  readonly count: number;
}

/** [BTRFS] "Header": checksum, file system, and where the block lies. */
export function isSound({ checksum, metadataId }: Superblock, logical: number, bytes: Buffer): boolean {
  return (
    bytes.readBigUInt64LE(48) === BigInt(logical) &&
    metadataId.equals(bytes.subarray(32, 48)) &&
    checksum.holds(bytes.subarray(32), bytes, 0)
  );
}

/** Undefined when what it says of its own items cannot be. */
export function parseBlock(bytes: Buffer): Block | undefined {
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

export function placeOf({ level }: Block, index: number): number {
  return headerBytes + index * (level === 0 ? itemBytes : pointerBytes);
}

export function bytesAt(block: Block, index: number): Buffer {
  const at = placeOf(block, index) + keyBytes;
  const from = headerBytes + block.bytes.readUInt32LE(at);
  return block.bytes.subarray(from, from + block.bytes.readUInt32LE(at + 4));
}

export function itemAt(block: Block, index: number): Item {
  return { key: keyAt(block.bytes, placeOf(block, index)), bytes: bytesAt(block, index) };
}

export function childOf(block: Block, index: number): TreeRoot {
  const at = placeOf(block, index) + keyBytes;
  return {
    block: number64(block.bytes, at, 'tree block'),
    generation: number64(block.bytes, at + 8, 'tree block'),
    level: block.level - 1,
  };
}

/** A block begins with the key that its pointer says, and ends before that of the next: so nothing is met twice. */
export function checkBelow(block: Block, index: number, below: Block): void {
  const first = below.count > 0 && compareKeys(block.bytes, placeOf(block, index), below.bytes, placeOf(below, 0)) === 0;
  const last = placeOf(below, below.count - 1);
  const isLast = index === block.count - 1;
  if (!first || (!isLast && compareKeys(below.bytes, last, block.bytes, placeOf(block, index + 1)) >= 0))
    throw corrupt('tree', { block: childOf(block, index).block });
}

/** -1 where all keys come after it. */
export function lastAtOrBefore(block: Block, key: Key): number {
  let [low, high] = [0, block.count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeyAt(block.bytes, placeOf(block, middle), key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export function itemsIn(block: Block, { first, last }: KeyRange): readonly Item[] {
  const found: Item[] = [];
  const before = lastAtOrBefore(block, first);
  const isFirst = before >= 0 && compareKeyAt(block.bytes, placeOf(block, before), first) === 0;
  for (let index = isFirst ? before : before + 1; index < block.count; index += 1) {
    if (compareKeyAt(block.bytes, placeOf(block, index), last) > 0) break;
    found.push(itemAt(block, index));
  }
  return found;
}
