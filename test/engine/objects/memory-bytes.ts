import { HostkeepError } from '#contract';
import type { ObjectBytes } from '#engine/objects';

/** A file in memory; reads out of it fail as a guest's file would. */
export function memoryBytes(bytes: Buffer): ObjectBytes {
  return {
    sizeBytes: bytes.length,
    async read(offset, target) {
      if (offset < 0 || offset + target.byteLength > bytes.length) throw new HostkeepError('format/truncated', { offset });
      target.set(bytes.subarray(offset, offset + target.byteLength));
    },
  };
}
