import { inflateSync, zstdDecompressSync } from 'node:zlib';
import { decodeLzo1x, zstdFrameBytes } from '../compression/index.ts';
import type { Compression } from './extents.ts';
import { corrupt } from './layout.ts';

/** What is packed, how, and how much it gives. */
interface Packed {
  readonly compression: Compression;
  readonly bytes: Buffer;
  readonly plainBytes: number;
  readonly sectorSize: number;
}

/** Exactly `plainBytes`; what the packed bytes do not give is zero. Behind them there may be others. @throws HostkeepError format/btrfs-corrupt */
export function unpack(packed: Packed): Buffer {
  const plain = Buffer.alloc(packed.plainBytes);
  if (packed.compression === 'lzo') unpackLzo(packed, plain);
  else inflated(packed).copy(plain);
  return plain;
}

function inflated({ compression, bytes, plainBytes }: Packed): Buffer {
  try {
    // A piece may be unpacked to more than is wanted of it: what lies beyond the end of the file.
    const options = { maxOutputLength: Math.max(plainBytes, 128 * 1024) };
    if (compression === 'zlib') return inflateSync(bytes, options);
    return zstdDecompressSync(bytes.subarray(0, zstdFrameBytes(bytes)), options);
  } catch (error) {
    throw corrupt('compressed data', { compression, reason: error instanceof Error ? error.message : String(error) });
  }
}

const lengthBytes = 4;

/**
 * The whole length, then pieces with a length each that give a sector (Linux fs/btrfs/lzo.c): a length never lies across the end of a
 * sector, but begins with the next.
 */
function unpackLzo({ bytes, sectorSize }: Packed, plain: Buffer): void {
  const damaged = (at: number): Error => corrupt('compressed data', { compression: 'lzo', at });
  if (bytes.length < lengthBytes) throw damaged(0);
  const end = bytes.readUInt32LE(0);
  if (end > bytes.length) throw damaged(0);
  let out = 0;
  for (let at = lengthBytes; at < end && out < plain.length;) {
    const left = sectorSize - (at % sectorSize);
    if (left < lengthBytes) at += left;
    if (at + lengthBytes > end) throw damaged(at);
    const from = at + lengthBytes;
    at = from + bytes.readUInt32LE(from - lengthBytes);
    if (at > end) throw damaged(from);
    const piece = Buffer.alloc(sectorSize);
    const length = decodeLzo1x(bytes.subarray(from, at), piece);
    piece.copy(plain, out, 0, length);
    out += length;
  }
}
