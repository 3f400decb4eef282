import { HostkeepError } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import type { FileRange } from '../file-system.ts';
import { keepNewest } from '../kept.ts';
import { readRanges } from '../read-ranges.ts';
import { extentsOf, type Extent } from './extents.ts';
import type { Fork, Inode, InodeOf } from './inode.ts';
import { corrupt, isSealed, offsetOfBlock, type Superblock } from './superblock.ts';

export interface XfsVolume {
  readonly source: BlockSource;
  readonly superblock: Superblock;
  readonly inodeOf: InodeOf;
}

export interface Content {
  ranges(inode: Inode): Promise<readonly FileRange[]>;
  /** @throws HostkeepError format/xfs-unsupported for a file on a realtime device */
  read(inode: Inode, offset: number, target: Uint8Array): Promise<void>;
  linkTarget(inode: Inode): Promise<string>;
}

const longestTarget = 1024;

export function contentReader(volume: XfsVolume): Content {
  const { source, superblock } = volume;
  const mapped = keepNewest(16, async (number) => {
    const inode = await volume.inodeOf(number);
    return rangesOf(superblock, await extentsOf(volume, inode.data), inode.sizeBytes);
  });
  const ranges = async (inode: Inode): Promise<readonly FileRange[]> => {
    refuseRealtime(inode);
    if (inode.data.format === 'local') return [{ offset: 0, length: inode.sizeBytes, volumeOffset: null }];
    return mapped(inode.number);
  };
  return {
    ranges,
    async read(inode, offset, target) {
      refuseRealtime(inode);
      const file = { name: String(inode.number), sizeBytes: inode.sizeBytes };
      await readRanges(source, await ranges(inode), { file, offset, target });
    },
    async linkTarget(inode) {
      if (inode.sizeBytes > longestTarget) throw corrupt('symbolic link', { bytes: inode.sizeBytes });
      if (inode.data.format !== 'local') return (await remoteTarget(volume, inode)).toString('utf8');
      if (inode.sizeBytes > inode.data.bytes.length) throw corrupt('symbolic link', { bytes: inode.sizeBytes });
      return inode.data.bytes.toString('utf8', 0, inode.sizeBytes);
    },
  };
}

function refuseRealtime(inode: Inode): void {
  if (inode.isRealtime) throw new HostkeepError('format/xfs-unsupported', { inode: inode.number, feature: 'realtime device' });
}

function rangesOf(superblock: Superblock, extents: readonly Extent[], sizeBytes: number): readonly FileRange[] {
  const { blockSize } = superblock;
  return extents.flatMap((extent) => {
    const offset = extent.first * blockSize;
    const length = Math.min(extent.count * blockSize, sizeBytes - offset);
    const volumeOffset = extent.isUnwritten ? null : offsetOfBlock(superblock, extent.block);
    return length > 0 ? [{ offset, length, volumeOffset }] : [];
  });
}

/** Blocks of a fork that is not a file's: a folder's, or attributes'. `first` and `count` in blocks of the fork. */
export type ForkBlocks = (first: number, count: number) => Promise<Buffer>;

export async function forkReader(
  volume: XfsVolume,
  fork: Fork,
): Promise<{ readonly extents: readonly Extent[]; readonly read: ForkBlocks }> {
  const extents = await extentsOf(volume, fork);
  const { blockSize } = volume.superblock;
  const ranges = rangesOf(volume.superblock, extents, Number.MAX_SAFE_INTEGER);
  const read: ForkBlocks = async (first, count) => {
    const target = Buffer.alloc(count * blockSize);
    const file = { name: 'fork', sizeBytes: Number.MAX_SAFE_INTEGER };
    await readRanges(volume.source, ranges, { file, offset: first * blockSize, target });
    return target;
  };
  return { extents, read };
}

const remoteHeader = 56;
/** A target has at most 1024 bytes, and blocks have no less than 512. */
const mostRemoteBlocks = 4;

/** [XFS] "Extent Symbolic Links": where there are checksums, each extent, of whatever number of blocks, begins with one header. */
async function remoteTarget(volume: XfsVolume, inode: Inode): Promise<Buffer> {
  const { blockSize, isVersion5 } = volume.superblock;
  const pieces: Buffer[] = [];
  let left = inode.sizeBytes;
  for (const { block, count } of await extentsOf(volume, inode.data)) {
    if (left === 0) break;
    if (count > mostRemoteBlocks) throw corrupt('symbolic link', { blocks: count });
    const bytes = await readBytes(volume.source, offsetOfBlock(volume.superblock, block), count * blockSize);
    if (isVersion5 && (bytes.toString('latin1', 0, 4) !== 'XSLM' || !isSealed(bytes, 12))) throw corrupt('symbolic link');
    const piece = bytes.subarray(isVersion5 ? remoteHeader : 0).subarray(0, left);
    pieces.push(piece);
    left -= piece.length;
  }
  if (left > 0) throw corrupt('symbolic link', { missing: left });
  return Buffer.concat(pieces);
}
