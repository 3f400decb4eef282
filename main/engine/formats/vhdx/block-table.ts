import { corrupt } from './header.ts';
import { batIndexOf, bitmapBlockBytes, bitmapIndexOf, blockStates, chunkRatioOf, mib } from './layout.ts';
import type { VhdxMetadata } from './metadata.ts';

/** Where a payload block is, if anywhere. */
export type BlockPlace =
  | { readonly state: 'absent' | 'zero' | 'unmapped' }
  | { readonly state: 'present' | 'partial'; readonly position: number };

/** The block allocation table [2.5], answered entry by entry, each checked when it is used. */
export interface BlockTable {
  place(block: number): BlockPlace;
  /** Position of the sector bitmap block that covers a payload block. @throws format/vhdx-corrupt when it has none */
  bitmapPosition(block: number): number;
}

interface Bounds {
  readonly metadata: VhdxMetadata;
  readonly fileBytes: number;
}

export function blockAllocationTable(bat: Buffer, bounds: Bounds): BlockTable {
  const { metadata, fileBytes } = bounds;
  const ratio = chunkRatioOf(metadata);
  /** State in bits 0-2, offset in megabytes in bits 20-63. */
  const entryAt = (index: number): { readonly state: number; readonly position: number } => {
    const low = bat.readUInt32LE(index * 8);
    const high = bat.readUInt32LE(index * 8 + 4);
    return { state: low & 7, position: (high * 4096 + (low >>> 20)) * mib };
  };
  const checked = (position: number, length: number, what: string): number => {
    if (position < mib || position > fileBytes - length) throw corrupt(what, { position, fileBytes });
    return position;
  };
  const place = (block: number): BlockPlace => {
    const { state, position } = entryAt(batIndexOf(block, ratio));
    switch (state) {
      case blockStates.notPresent:
        return { state: 'absent' };
      case blockStates.undefined:
      case blockStates.unmapped:
        return { state: 'unmapped' };
      case blockStates.zero:
        return { state: 'zero' };
      case blockStates.fullyPresent:
        return { state: 'present', position: checked(position, lengthOf(block), 'block') };
      case blockStates.partiallyPresent:
        if (!metadata.differencing) throw corrupt('block', { block, state });
        return { state: 'partial', position: checked(position, lengthOf(block), 'block') };
      default:
        throw corrupt('block', { block, state });
    }
  };
  /** The last block of a fixed disk may be cut at the disk's end. */
  const lengthOf = (block: number): number => Math.min(metadata.blockSize, metadata.sizeBytes - block * metadata.blockSize);
  return {
    place,
    bitmapPosition(block) {
      const { state, position } = entryAt(bitmapIndexOf(block, ratio));
      if (state !== blockStates.fullyPresent) throw corrupt('sector bitmap', { block, state });
      return checked(position, bitmapBlockBytes, 'sector bitmap');
    },
  };
}
