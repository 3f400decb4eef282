import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { giveBack } from '#engine/bytes';
import { HostkeepError } from '#contract';
import { groupLimitBytes, groupTargetBytes, type Compression } from './layout.ts';

/** One output buffer for most groups instead of many small ones that are joined. */
const level1 = { params: { [constants.ZSTD_c_compressionLevel]: 1 }, chunkSize: groupTargetBytes / 2 };
/** A little more than most groups: Node asks for a second buffer as soon as the first is full to the last byte. */
const expanding = { maxOutputLength: groupLimitBytes, chunkSize: groupTargetBytes + 4096 };

/** The group's bytes as they are sealed: compressed where that makes them smaller. */
export function compressGroup(plain: Buffer): { readonly compression: Compression; readonly bytes: Buffer } {
  const packed = zstdCompressSync(plain, level1);
  return packed.length < plain.length ? { compression: 'zstd', bytes: packed } : { compression: 'none', bytes: plain };
}

/** What `bytes` has becomes what is returned: they may be empty afterwards. @throws HostkeepError repository/pack-damaged */
export function expandGroup(compression: Compression, bytes: Buffer): Buffer {
  if (compression === 'none') return bytes;
  try {
    const plain = zstdDecompressSync(bytes, expanding);
    giveBack(bytes);
    return plain;
  } catch (cause) {
    throw new HostkeepError('repository/pack-damaged', { structure: 'group' }, cause);
  }
}
