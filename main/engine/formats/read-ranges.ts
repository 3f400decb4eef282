import { HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import { firstEndingAfter } from '#engine/bytes';
import type { FileNode, FileRange } from './file-system.ts';

interface WantedBytes {
  readonly file: Pick<FileNode, 'name' | 'sizeBytes'>;
  readonly offset: number;
  readonly target: Uint8Array;
}

/** Fills the target from where a file's ranges lie; what no range covers, and what has no place, is zero. */
export async function readRanges(volume: BlockSource, ranges: readonly FileRange[], wanted: WantedBytes): Promise<void> {
  const { file, offset, target } = wanted;
  const end = offset + target.byteLength;
  if (offset < 0 || end > file.sizeBytes)
    throw new HostkeepError('format/out-of-bounds', { offset, length: target.byteLength, fileBytes: file.sizeBytes });
  target.fill(0);
  for (let index = firstEndingAfter(ranges, offset); index < ranges.length && ranges[index]!.offset < end; index += 1) {
    const range = ranges[index]!;
    const [from, to] = [Math.max(range.offset, offset), Math.min(range.offset + range.length, end)];
    if (from < to && range.volumeOffset !== null)
      await volume.read(range.volumeOffset + from - range.offset, target.subarray(from - offset, to - offset));
  }
}
