import { HostkeepError, type ErrorCode } from '#contract';
import type { ObjectBytes } from './object-bytes.ts';

/** Bytes of a file at once; the caller bounds `length`. @throws HostkeepError with `code` when they are not all there */
export async function readInBounds(source: ObjectBytes, offset: number, length: number, code: ErrorCode): Promise<Buffer> {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > source.sizeBytes - length)
    throw new HostkeepError(code, { structure: 'file', offset, length, fileBytes: source.sizeBytes });
  const bytes = Buffer.alloc(length);
  await source.read(offset, bytes);
  return bytes;
}
