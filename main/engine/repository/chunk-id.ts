import { hash } from 'node:crypto';
import { deriveKey } from './seal.ts';

/** Bytes of a chunk id: enough that 100 million chunks collide with a probability of 2^-75 (docs/repository-format.md). */
export const chunkIdBytes = 16;

/** What a chunk holds: a piece of a disk, or a piece of a disk's map. Ids of the two kinds never meet. */
export type ChunkKind = 'data' | 'map';

/** Names chunks by content, under a key, so that ids tell nothing to who has none. */
export type ChunkNamer = (kind: ChunkKind, bytes: Uint8Array) => Buffer;

export function chunkNamer(masterKey: Uint8Array): ChunkNamer {
  const keyOf = chunkKeyer(masterKey);
  return (kind, bytes) => Buffer.from(keyOf(kind, bytes), 'latin1');
}

/** Names chunks by the `idKey` of their ids, for who compares names and keeps none. */
export type ChunkKeyer = (kind: ChunkKind, bytes: Uint8Array) => string;

export function chunkKeyer(masterKey: Uint8Array): ChunkKeyer {
  const named = { data: keyedHash(deriveKey(masterKey, 'chunk-id/data')), map: keyedHash(deriveKey(masterKey, 'chunk-id/map')) };
  return (kind, bytes) => named[kind](hash('sha256', bytes, 'binary')).slice(0, chunkIdBytes);
}

const hashBlockBytes = 64;

/**
 * HMAC-SHA-256 (RFC 2104) of a digest, both as strings of a character per byte, which cost less than buffers: there is one for
 * every chunk, and `createHmac` takes longer than hashing the chunk's last 16 KiB.
 */
function keyedHash(key: Buffer): (digest: string) => string {
  const padded = (pad: number): Buffer => {
    const block = Buffer.alloc(hashBlockBytes + 32, pad).fill(0, hashBlockBytes);
    key.forEach((byte, at) => (block[at] = byte ^ pad));
    return block;
  };
  const [inner, outer] = [padded(0x36), padded(0x5c)];
  return (digest) => {
    inner.write(digest, hashBlockBytes, 'latin1');
    outer.write(hash('sha256', inner, 'binary'), hashBlockBytes, 'latin1');
    return hash('sha256', outer, 'binary');
  };
}

/** A chunk id as a key of a Map: one character per byte. */
export function idKey(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('latin1');
}
