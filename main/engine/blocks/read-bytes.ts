import { HostkeepError } from '#contract';
import type { BlockSource } from './block-source.ts';

/** The bytes of a range as a new buffer. The caller bounds `length`. */
export async function readBytes(source: BlockSource, offset: number, length: number): Promise<Buffer> {
  checkRange(source, offset, length);
  const target = Buffer.alloc(length);
  await source.read(offset, target);
  return target;
}

/** @throws HostkeepError format/out-of-bounds */
export function checkRange(source: { readonly sizeBytes: number }, offset: number, length: number): void {
  const inside = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!inside || offset > source.sizeBytes - length) {
    throw new HostkeepError('format/out-of-bounds', { offset, length, diskBytes: source.sizeBytes });
  }
}
