import { cursorOver, type Cursor } from '#engine/bytes';
import { checksum } from './checksums.ts';
import { inodeFlags, type Inode } from './inode.ts';
import { corrupt, hasChecksums } from './superblock.ts';
import { readBlock, type ExtVolume } from './volume.ts';

/** A stretch of a file in blocks; `block` is null for a hole or what was never written. */
export interface BlockRun {
  readonly first: number;
  readonly count: number;
  readonly block: number | null;
}

type Volume = Pick<ExtVolume, 'source' | 'superblock'>;

const maximumRuns = 2_000_000;
const maximumNodes = 100_000;

/** Where a file's blocks lie, in order; what is between the runs is a hole. */
export async function blockRuns(volume: Volume, inode: Inode): Promise<readonly BlockRun[]> {
  const runs: BlockRun[] = [];
  if ((inode.flags & inodeFlags.extents) !== 0)
    await extentRuns(volume, inode, { node: inode.map, depth: undefined, runs, nodes: { left: maximumNodes } });
  else await pointerRuns(volume, inode, runs);
  let end = 0;
  for (const run of runs) {
    if (run.first < end || (run.block !== null && run.block + run.count > volume.superblock.blockCount))
      throw corrupt('extent', { inode: inode.number, block: run.first });
    end = run.first + run.count;
  }
  return runs;
}

interface ExtentWalk {
  readonly node: Cursor;
  /** What the node above says; undefined for the one in the inode. */
  readonly depth: number | undefined;
  readonly runs: BlockRun[];
  readonly nodes: { left: number };
}

/** [EXT4] "Extent Tree". */
async function extentRuns(volume: Volume, inode: Inode, walk: ExtentWalk): Promise<void> {
  const { node, runs } = walk;
  const [entries, most, depth] = [node.u16(2), node.u16(4), node.u16(6)];
  const sane = node.u16(0) === 0xf30a && entries <= most && depth === (walk.depth ?? depth) && depth <= 5;
  if (!sane || (walk.nodes.left -= 1) < 0) throw corrupt('extent tree', { inode: inode.number, depth, entries });
  for (let row = 0; row < entries; row += 1) {
    const at = 12 + row * 12;
    if (runs.length > maximumRuns) throw corrupt('extent tree', { inode: inode.number, extents: runs.length });
    if (depth === 0) runs.push(parseExtent(node, at));
    else {
      const block = node.u32(at + 4) + node.u16(at + 8) * 2 ** 32;
      const bytes = await readBlock(volume, block);
      checkNode(volume, inode, bytes, block);
      const child = cursorOver(bytes, 'format/ext4-corrupt', 'extent tree');
      await extentRuns(volume, inode, { ...walk, node: child, depth: depth - 1 });
    }
  }
}

/** The sum stands behind the last place for an entry. */
function checkNode({ superblock }: Volume, inode: Inode, bytes: Buffer, block: number): void {
  if (!hasChecksums(superblock)) return;
  const at = 12 + bytes.readUInt16LE(4) * 12;
  if (at + 4 > bytes.length || checksum(inode.seed, bytes.subarray(0, at)) !== bytes.readUInt32LE(at))
    throw corrupt('extent tree', { inode: inode.number, block, checksum: 'wrong' });
}

/** Lengths above 32768 mean extents that are reserved and not written. */
function parseExtent(node: Cursor, at: number): BlockRun {
  const length = node.u16(at + 4);
  const unwritten = length > 32_768;
  const block = node.u32(at + 8) + node.u16(at + 6) * 2 ** 32;
  return { first: node.u32(at), count: unwritten ? length - 32_768 : length, block: unwritten ? null : block };
}

/** The map of ext2 and ext3 ([EXT4] "Direct/Indirect Block Addressing"): twelve blocks, then three levels of pointer blocks. */
async function pointerRuns(volume: Volume, inode: Inode, runs: BlockRun[]): Promise<void> {
  const { blockSize } = volume.superblock;
  const perBlock = blockSize / 4;
  const total = Math.ceil(inode.sizeBytes / blockSize);
  const visited = new Set<number>();
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
    if (visited.has(block)) throw corrupt('block map', { inode: inode.number, block });
    visited.add(block);
    const pointers = await readBlock(volume, block);
    for (let index = 0; index < perBlock && next < total; index += 1)
      if (level === 1) add(pointers.readUInt32LE(index * 4));
      else await visit(pointers.readUInt32LE(index * 4), level - 1);
  };
  for (let index = 0; index < 15 && next < total; index += 1) await visit(inode.map.u32(index * 4), Math.max(0, index - 11));
}
