import type { BlockSource } from './block-source.ts';
import { checkRange } from './read-bytes.ts';

/** A part of a disk as a disk of its own, such as a partition. Closing it leaves the whole open. */
export function sliced(source: BlockSource, offset: number, length: number): BlockSource {
  checkRange(source, offset, length);
  const part = { sizeBytes: length };
  return {
    sizeBytes: length,
    logicalSectorSize: source.logicalSectorSize,
    physicalSectorSize: source.physicalSectorSize,
    async read(at, target) {
      checkRange(part, at, target.byteLength);
      await source.read(offset + at, target);
    },
    async extents(at, span) {
      checkRange(part, at, span);
      const found = await source.extents(offset + at, span);
      return found.map((extent) => ({ ...extent, offset: extent.offset - offset }));
    },
    close: async () => undefined,
  };
}
