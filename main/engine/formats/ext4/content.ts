import { HostkeepError } from '#contract';
import type { FileRange } from '../file-system.ts';
import { keepNewest } from '../kept.ts';
import { readRanges } from '../read-ranges.ts';
import { inlineRest } from './attributes.ts';
import { blockRuns } from './block-map.ts';
import { inodeFlags, type Inode } from './inode.ts';
import { corrupt } from './superblock.ts';
import type { ExtVolume } from './volume.ts';

/** Reads what is in files: by extents or block maps, or from the inode itself. */
export interface Content {
  ranges(inode: Inode): Promise<readonly FileRange[]>;
  /** @throws HostkeepError format/ext4-unsupported for an encrypted file */
  read(inode: Inode, offset: number, target: Uint8Array): Promise<void>;
  linkTarget(inode: Inode): Promise<string>;
}

const longestTarget = 64 * 1024;

export function contentReader(volume: Pick<ExtVolume, 'source' | 'superblock' | 'inodeOf'>): Content {
  const { blockSize, clusterBytes } = volume.superblock;
  const mapped = keepNewest(16, async (number) => {
    const inode = await volume.inodeOf(number);
    return rangesOf(await blockRuns(volume, inode), blockSize, inode.sizeBytes);
  });
  const ranges = async (inode: Inode): Promise<readonly FileRange[]> =>
    isInline(inode) ? [{ offset: 0, length: inode.sizeBytes, volumeOffset: null }] : mapped(inode.number);
  const read: Content['read'] = async (inode, offset, target) => {
    if ((inode.flags & inodeFlags.encrypted) !== 0)
      throw new HostkeepError('format/ext4-unsupported', { inode: inode.number, feature: 'encryption' });
    const file = { name: String(inode.number), sizeBytes: inode.sizeBytes };
    if (!isInline(inode)) return readRanges(volume.source, await ranges(inode), { file, offset, target });
    if (offset + target.byteLength > inode.sizeBytes)
      throw new HostkeepError('format/out-of-bounds', { offset, length: target.byteLength, fileBytes: inode.sizeBytes });
    target.set(inlineData(inode).subarray(offset, offset + target.byteLength));
  };
  return {
    ranges,
    read,
    async linkTarget(inode) {
      if (inode.sizeBytes > longestTarget) throw corrupt('symbolic link', { bytes: inode.sizeBytes });
      const attributeBytes = inode.attributeBlock === 0 ? 0 : clusterBytes;
      const isFast = !isInline(inode) && inode.sizeBytes < 60 && inode.allocatedBytes - attributeBytes <= 0;
      if (isFast && (inode.flags & inodeFlags.encrypted) === 0) return inode.map.bytes(0, inode.sizeBytes).toString('utf8');
      const bytes = Buffer.alloc(inode.sizeBytes);
      await read(inode, 0, bytes);
      return bytes.toString('utf8');
    },
  };
}

function rangesOf(runs: Awaited<ReturnType<typeof blockRuns>>, blockSize: number, sizeBytes: number): readonly FileRange[] {
  return runs.flatMap((run) => {
    const offset = run.first * blockSize;
    const length = Math.min(run.count * blockSize, sizeBytes - offset);
    return length > 0 ? [{ offset, length, volumeOffset: run.block === null ? null : run.block * blockSize }] : [];
  });
}

export function isInline(inode: Inode): boolean {
  return (inode.flags & inodeFlags.inlineData) !== 0;
}

/** The first 60 bytes stand in the block map, the rest in an attribute ([EXT4] "Inline Data"). */
export function inlineData(inode: Inode): Buffer {
  const first = inode.map.bytes(0, 60);
  if (inode.sizeBytes <= 60) return first.subarray(0, inode.sizeBytes);
  const rest = inlineRest(inode);
  if (rest === undefined || 60 + rest.length < inode.sizeBytes) throw corrupt('inline data', { inode: inode.number });
  return Buffer.concat([first, rest]).subarray(0, inode.sizeBytes);
}
