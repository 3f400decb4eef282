import { readBytes, type BlockSource } from '#engine/blocks';
import type { Fork } from './inode.ts';
import { corrupt, isSealed, number64, offsetOfBlock, type Superblock } from './superblock.ts';

/** A stretch of a fork in blocks. */
export interface Extent {
  readonly first: number;
  readonly count: number;
  /** Named by group and place; see `offsetOfBlock`. */
  readonly block: number;
  readonly isUnwritten: boolean;
}

interface Volume {
  readonly source: BlockSource;
  readonly superblock: Superblock;
}

const maximumExtents = 2_000_000;
const deepest = 9;
const recordBytes = 16;

/** All extents of a fork, in order [XFS "Extent List", "B+tree Extent List"]. @throws HostkeepError format/xfs-corrupt */
export async function extentsOf(volume: Volume, fork: Fork): Promise<readonly Extent[]> {
  if (fork.format === 'extents') {
    if (fork.extents * recordBytes > fork.bytes.length) throw corrupt('extent list', { extents: fork.extents });
    return checked(volume, parseRecords(fork.bytes, 0, fork.extents));
  }
  if (fork.format !== 'tree') throw corrupt('fork', { format: fork.format });
  const [level, entries] = [fork.bytes.readUInt16BE(0), fork.bytes.readUInt16BE(2)];
  const places = Math.floor((fork.bytes.length - 4) / recordBytes);
  if (level === 0 || level > deepest || entries > places) throw corrupt('extent tree', { level, entries });
  const found: Extent[] = [];
  const visited = new Set<number>();
  for (let entry = 0; entry < entries; entry += 1)
    await visit(
      volume,
      { block: number64(fork.bytes, 4 + places * 8 + entry * 8, 'extent tree'), level: level - 1 },
      { found, visited },
    );
  return checked(volume, found);
}

interface Walk {
  readonly found: Extent[];
  readonly visited: Set<number>;
}

async function visit(volume: Volume, at: { readonly block: number; readonly level: number }, walk: Walk): Promise<void> {
  const { superblock, source } = volume;
  const { blockSize, isVersion5 } = superblock;
  if (walk.visited.has(at.block)) throw corrupt('extent tree', { block: at.block });
  walk.visited.add(at.block);
  const bytes = await readBytes(source, offsetOfBlock(superblock, at.block), blockSize);
  const header = isVersion5 ? 72 : 24;
  const isSound = bytes.toString('latin1', 0, 4) === (isVersion5 ? 'BMA3' : 'BMAP') && (!isVersion5 || isSealed(bytes, 64));
  const entries = bytes.readUInt16BE(6);
  const places = Math.floor((blockSize - header) / recordBytes);
  if (!isSound || bytes.readUInt16BE(4) !== at.level || entries > places) throw corrupt('extent tree', { block: at.block });
  if (at.level === 0) {
    for (const extent of parseRecords(bytes, header, entries)) walk.found.push(extent);
    if (walk.found.length > maximumExtents) throw corrupt('extent tree', { extents: walk.found.length });
    return;
  }
  for (let entry = 0; entry < entries; entry += 1) {
    const block = number64(bytes, header + places * 8 + entry * 8, 'extent tree');
    await visit(volume, { block, level: at.level - 1 }, walk);
  }
}

/** 128 bits: a flag for what was never written, 54 of place in the file, 52 of block, 21 of length. */
function parseRecords(bytes: Buffer, start: number, count: number): readonly Extent[] {
  return Array.from({ length: count }, (_, index) => {
    const [high, low] = [
      bytes.readBigUInt64BE(start + index * recordBytes),
      bytes.readBigUInt64BE(start + index * recordBytes + 8),
    ];
    return {
      isUnwritten: high >> 63n === 1n,
      first: Number((high & (2n ** 63n - 1n)) >> 9n),
      block: Number(((high & 0x1ffn) << 43n) | (low >> 21n)),
      count: Number(low & 0x1fffffn),
    };
  });
}

function checked({ superblock }: Volume, extents: readonly Extent[]): readonly Extent[] {
  let end = 0;
  for (const { first, count, block } of extents) {
    if (first < end || count === 0 || !Number.isSafeInteger((first + count) * superblock.blockSize))
      throw corrupt('extent', { first, count });
    offsetOfBlock(superblock, block, count);
    end = first + count;
  }
  return extents;
}
