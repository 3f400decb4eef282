import { readBytes, type BlockSource } from '#engine/blocks';
import { cursorOver, type Cursor } from '#engine/bytes';
import type { Inode } from './inode.ts';
import { inodeFlags } from './inode.ts';
import { corrupt, type Superblock } from './superblock.ts';

/** A stretch of a file in blocks; `block` is null for a hole or what was never written. */
export interface BlockRun {
  readonly first: number;
  readonly count: number;
  readonly block: number | null;
}

interface Volume {
  readonly source: BlockSource;
  readonly superblock: Superblock;
}

const maximumRuns = 1_000_000;

/** Where a file's blocks lie, in order; what is between the runs is a hole. */
export async function blockRuns(volume: Volume, inode: Inode): Promise<readonly BlockRun[]> {
  const runs: BlockRun[] = [];
  if ((inode.flags & inodeFlags.extents) !== 0) await extentRuns(volume, inode.map, { depth: 5, runs });
  else await pointerRuns(volume, inode, runs);
  let end = 0;
  for (const run of runs) {
    if (run.first < end || (run.block !== null && run.block + run.count > volume.superblock.blockCount))
      throw corrupt('extent', { inode: inode.number, block: run.first });
    end = run.first + run.count;
  }
  return runs;
}

/** An extent tree node (ext4 disk layout, "Extent Tree"). */
async function extentRuns(
  volume: Volume,
  node: Cursor,
  walk: { readonly depth: number; readonly runs: BlockRun[] },
): Promise<void> {
  if (node.u16(0) !== 0xf30a) throw corrupt('extent tree');
  const [entries, depth] = [node.u16(2), node.u16(6)];
  if (depth > walk.depth) throw corrupt('extent tree', { depth });
  for (let row = 0; row < entries; row += 1) {
    const at = 12 + row * 12;
    if (walk.runs.length > maximumRuns) throw corrupt('extent tree', { extents: walk.runs.length });
    if (depth === 0) walk.runs.push(parseExtent(node, at));
    else {
      const block = node.u32(at + 4) + node.u16(at + 8) * 2 ** 32;
      await extentRuns(volume, await blockCursor(volume, block), { depth: depth - 1, runs: walk.runs });
    }
  }
}

/** Lengths above 32768 mean extents that are reserved and not written. */
function parseExtent(node: Cursor, at: number): BlockRun {
  const length = node.u16(at + 4);
  const unwritten = length > 32_768;
  const block = node.u32(at + 8) + node.u16(at + 6) * 2 ** 32;
  return { first: node.u32(at), count: unwritten ? length - 32_768 : length, block: unwritten ? null : block };
}

/** The map of ext2 and ext3: twelve blocks, then one, two and three levels of pointer blocks. */
async function pointerRuns(volume: Volume, inode: Inode, runs: BlockRun[]): Promise<void> {
  const { blockSize } = volume.superblock;
  const perBlock = blockSize / 4;
  const total = Math.ceil(inode.sizeBytes / blockSize);
  let next = 0;
  const add = (block: number): void => {
    const last = runs.at(-1);
    if (block !== 0) {
      if (last !== undefined && last.block !== null && last.first + last.count === next && last.block + last.count === block)
        runs[runs.length - 1] = { ...last, count: last.count + 1 };
      else runs.push({ first: next, count: 1, block });
    }
    next += 1;
    if (runs.length > maximumRuns) throw corrupt('block map', { runs: runs.length });
  };
  const visit = async (block: number, level: number): Promise<void> => {
    if (next >= total) return;
    if (level === 0) return add(block);
    if (block === 0) {
      next += perBlock ** level;
      return;
    }
    const pointers = await blockCursor(volume, block);
    for (let index = 0; index < perBlock && next < total; index += 1) await visit(pointers.u32(index * 4), level - 1);
  };
  for (let index = 0; index < 15 && next < total; index += 1) await visit(inode.map.u32(index * 4), Math.max(0, index - 11));
}

async function blockCursor(volume: Volume, block: number): Promise<Cursor> {
  const { blockSize, blockCount } = volume.superblock;
  if (block === 0 || block >= blockCount) throw corrupt('block', { block });
  return cursorOver(await readBytes(volume.source, block * blockSize, blockSize), 'format/ext4-corrupt', 'block');
}
