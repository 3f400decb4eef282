import type { BlockSource } from '#engine/blocks';
import { blockBytes, leafBytes } from '#engine/repository/chunks';
import type { ByteRange } from '#contract';
import { blockState } from './leaf-builder.ts';

/** Stretches closer than this are read in one request. */
const readGapBytes = 64 * 1024;

/**
 * Sets the state of every block of a leaf from the source's extents, from what is not wanted and, for an incremental, from
 * the changed ranges.
 */
export async function planLeaf(
  source: BlockSource,
  leaf: number,
  wanted: { readonly changed: readonly ByteRange[] | undefined; readonly skip: readonly ByteRange[] },
  states: Uint8Array,
): Promise<PlannedLeaf> {
  const { changed } = wanted;
  const start = leaf * leafBytes;
  const length = Math.min(leafBytes, source.sizeBytes - start);
  states.fill(changed === undefined ? blockState.unallocated : blockState.kept);
  for (const range of changed ?? [{ offset: start, length }]) {
    const from = Math.max(start, Math.floor(range.offset / blockBytes) * blockBytes);
    const to = Math.min(start + length, Math.ceil((range.offset + range.length) / blockBytes) * blockBytes);
    if (from < to) await markExtents(source, { from, to }, start, states);
  }
  const skippedBlocks = leaveOut(wanted.skip, { start, length }, states);
  return { read: readRanges(states, length), skippedBytes: skippedBlocks * blockBytes };
}

export interface PlannedLeaf {
  /** Stretches to read, relative to the leaf. */
  readonly read: readonly ByteRange[];
  /** What would have been read, had the guest used it. */
  readonly skippedBytes: number;
}

/** What would be read and is not used becomes unallocated; what is kept from the parent stays. */
function leaveOut(
  skip: readonly ByteRange[],
  leaf: { readonly start: number; readonly length: number },
  states: Uint8Array,
): number {
  let skipped = 0;
  for (const range of skip) {
    const from = Math.max(0, range.offset - leaf.start) / blockBytes;
    const to = Math.min(leaf.length, range.offset + range.length - leaf.start) / blockBytes;
    for (let block = from; block < to; block += 1) {
      if (states[block] !== blockState.read) continue;
      states[block] = blockState.unallocated;
      skipped += 1;
    }
  }
  return skipped;
}

async function markExtents(
  source: BlockSource,
  range: { readonly from: number; readonly to: number },
  start: number,
  states: Uint8Array,
): Promise<void> {
  states.fill(blockState.unallocated, (range.from - start) / blockBytes, Math.ceil((range.to - start) / blockBytes));
  const extents = await source.extents(range.from, range.to - range.from);
  // Zero first and data last: a block that is partly data must be read whole.
  for (const kind of ['zero', 'data'] as const) {
    for (const extent of extents.filter((candidate) => candidate.kind === kind)) {
      const first = Math.floor((extent.offset - start) / blockBytes);
      const end = Math.ceil((extent.offset + extent.length - start) / blockBytes);
      states.fill(kind === 'data' ? blockState.read : blockState.zero, first, end);
    }
  }
}

function readRanges(states: Uint8Array, length: number): readonly ByteRange[] {
  const ranges: { offset: number; length: number }[] = [];
  const blocks = Math.ceil(length / blockBytes);
  for (let block = 0; block < blocks; block += 1) {
    if (states[block] !== blockState.read) continue;
    const offset = block * blockBytes;
    const end = Math.min(length, offset + blockBytes);
    const last = ranges.at(-1);
    if (last !== undefined && offset - (last.offset + last.length) <= readGapBytes) last.length = end - last.offset;
    else ranges.push({ offset, length: end - offset });
  }
  return ranges;
}
