import type { BlockSource, Extent } from './block-source.ts';
import { checkRange } from './read-bytes.ts';

/** Bytes that stand over the disk below. */
export interface OverlayRange {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The source with some ranges replaced in memory. Ranges must be sorted and must not overlap. */
export function overlaid(source: BlockSource, ranges: readonly OverlayRange[]): BlockSource {
  return {
    sizeBytes: source.sizeBytes,
    logicalSectorSize: source.logicalSectorSize,
    physicalSectorSize: source.physicalSectorSize,
    async read(offset, target) {
      checkRange(source, offset, target.byteLength);
      await source.read(offset, target);
      for (const range of touching(ranges, offset, target.byteLength)) {
        const from = Math.max(range.offset, offset);
        const to = Math.min(range.offset + range.bytes.byteLength, offset + target.byteLength);
        target.set(range.bytes.subarray(from - range.offset, to - range.offset), from - offset);
      }
    },
    async extents(offset, length) {
      const below = await source.extents(offset, length);
      return touching(ranges, offset, length).reduce(withData, below);
    },
    close: () => source.close(),
  };
}

function touching(ranges: readonly OverlayRange[], offset: number, length: number): readonly OverlayRange[] {
  return ranges.filter((range) => range.offset < offset + length && range.offset + range.bytes.byteLength > offset);
}

function withData(extents: readonly Extent[], range: OverlayRange): readonly Extent[] {
  const end = range.offset + range.bytes.byteLength;
  return extents.flatMap((extent) => {
    const from = Math.max(extent.offset, range.offset);
    const to = Math.min(extent.offset + extent.length, end);
    if (from >= to || extent.kind === 'data') return [extent];
    const pieces: readonly Extent[] = [
      { offset: extent.offset, length: from - extent.offset, kind: extent.kind },
      { offset: from, length: to - from, kind: 'data' },
      { offset: to, length: extent.offset + extent.length - to, kind: extent.kind },
    ];
    return pieces.filter((piece) => piece.length > 0);
  });
}
