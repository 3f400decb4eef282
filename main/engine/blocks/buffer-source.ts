import type { BlockSource } from './block-source.ts';
import { checkRange } from './read-bytes.ts';

/** A disk in memory. */
export function bufferSource(bytes: Uint8Array, sectorSize = 512): BlockSource {
  const disk = { sizeBytes: bytes.byteLength };
  return {
    sizeBytes: bytes.byteLength,
    logicalSectorSize: sectorSize,
    physicalSectorSize: sectorSize,
    async read(offset, target) {
      checkRange(disk, offset, target.byteLength);
      target.set(bytes.subarray(offset, offset + target.byteLength));
    },
    async extents(offset, length) {
      checkRange(disk, offset, length);
      return length === 0 ? [] : [{ offset, length, kind: 'data' }];
    },
    close: async () => undefined,
  };
}
