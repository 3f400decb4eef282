import type { ByteRange } from '#contract';
import type { DiskDescriptor } from '../../formats/disk-descriptor.ts';

/** One disk of a run, as plain data for the threads that read it. */
export interface DiskTask {
  readonly source: DiskDescriptor;
  readonly sizeBytes: number;
  /** Leaves to deal with, in order. */
  readonly leaves: Uint32Array;
  /** Sorted changed ranges; undefined when everything is to be read. */
  readonly changed: readonly ByteRange[] | undefined;
  /** Sorted ranges of whole blocks whose content is not wanted: stored as unallocated wherever they would be read. */
  readonly skip: readonly ByteRange[];
  /** Ids of all leaves of the disk before, 16 bytes each; undefined for a first backup. */
  readonly parentLeafIds: Uint8Array | undefined;
  /** Where the ids of the leaves go, 16 bytes each; shared. */
  readonly leafIds: Uint8Array;
}

/** Finds the disk and leaf of a task number: tasks count through all leaves of all disks. */
export function taskAt(disks: readonly DiskTask[], task: number): { readonly disk: number; readonly leaf: number } | undefined {
  let rest = task;
  for (let disk = 0; disk < disks.length; disk += 1) {
    const { leaves } = disks[disk]!;
    if (rest < leaves.length) return { disk, leaf: leaves[rest]! };
    rest -= leaves.length;
  }
  return undefined;
}

/** The changed ranges that touch a stretch; `ranges` is sorted and has no overlaps. */
export function rangesWithin(ranges: readonly ByteRange[], offset: number, length: number): readonly ByteRange[] {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranges[middle]!.offset + ranges[middle]!.length <= offset) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < ranges.length && ranges[end]!.offset < offset + length) end += 1;
  return ranges.slice(low, end);
}
