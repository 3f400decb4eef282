/** Raw images: the disk's bytes as they are, one file per disk. */
import { HostkeepError } from '#contract';
import { checkRange, type BlockSource } from '#engine/blocks';
import type { ImageFile } from '../image-file.ts';

const sectorBytes = 512;

/** @throws HostkeepError format/raw-invalid when the size is no whole number of sectors */
export function rawDisk(file: ImageFile): BlockSource {
  const { sizeBytes } = file;
  if (sizeBytes === 0 || sizeBytes % sectorBytes !== 0)
    throw new HostkeepError('format/raw-invalid', { path: file.path, sizeBytes });
  const disk = { sizeBytes };
  return {
    sizeBytes,
    logicalSectorSize: sectorBytes,
    physicalSectorSize: sectorBytes,
    async read(offset, target) {
      checkRange(disk, offset, target.byteLength);
      await file.read(offset, target);
    },
    async extents(offset, length) {
      checkRange(disk, offset, length);
      return length === 0 ? [] : [{ offset, length, kind: 'data' }];
    },
    close: () => file.close(),
  };
}
