import { crc32c } from '#engine/bytes';

/** What sums start from where nothing else is said. */
export const checksumStart = 0xffffffff;

/** CRC-32C as ext4 chains it: without the inversions at both ends ([EXT4] "Checksums"). */
export function checksum(start: number, ...pieces: readonly Uint8Array[]): number {
  return ~pieces.reduce((sum, piece) => crc32c(piece, sum), ~start >>> 0) >>> 0;
}

export function le32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

export function le64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

export const fourZeros = Buffer.alloc(4);

/** CRC-16 (polynomial 8005, reflected), by which group descriptors are guarded where there are no other checksums. */
export function crc16(start: number, ...pieces: readonly Uint8Array[]): number {
  let crc = start;
  for (const piece of pieces)
    for (const byte of piece) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
    }
  return crc;
}
