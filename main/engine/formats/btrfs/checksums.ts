import { createHash } from 'node:crypto';
import { crc32c } from '#engine/bytes';
import { blake2b256 } from './blake2b.ts';
import { xxhash64 } from './xxhash64.ts';

/** [BTRFS] "Checksums": of every tree block and of the data of files. */
export interface Checksum {
  readonly name: string;
  readonly bytes: number;
  /** Whether the sum that stands at a place is that of the data. */
  holds(data: Buffer, sums: Buffer, at: number): boolean;
}

const byDigest = (name: string, bytes: number, digest: (data: Buffer) => Buffer): Checksum => ({
  name,
  bytes,
  holds: (data, sums, at) => digest(data).equals(sums.subarray(at, at + bytes)),
});

/** By their number in the superblock. */
export const checksums: readonly Checksum[] = [
  { name: 'crc32c', bytes: 4, holds: (data, sums, at) => crc32c(data) === sums.readUInt32LE(at) },
  byDigest('xxhash64', 8, xxhash64),
  byDigest('sha256', 32, (data) => createHash('sha256').update(data).digest()),
  byDigest('blake2b', 32, blake2b256),
];
