import { createHmac, hash } from 'node:crypto';
import { deriveKey } from './seal.ts';

/** Bytes of a chunk id: enough that 100 million chunks collide with a probability of 2^-75 (docs/repository-format.md). */
export const chunkIdBytes = 16;

/** What a chunk holds: a piece of a disk, or a piece of a disk's map. Ids of the two kinds never meet. */
export type ChunkKind = 'data' | 'map';

/** Names chunks by content, under a key, so that ids tell nothing to who has none. */
export type ChunkNamer = (kind: ChunkKind, bytes: Uint8Array) => Buffer;

export function chunkNamer(masterKey: Uint8Array): ChunkNamer {
  const keys = { data: deriveKey(masterKey, 'chunk-id/data'), map: deriveKey(masterKey, 'chunk-id/map') };
  return (kind, bytes) =>
    createHmac('sha256', keys[kind])
      .update(hash('sha256', bytes, 'buffer'))
      .digest()
      .subarray(0, chunkIdBytes);
}

/** A chunk id as a key of a Map: one character per byte. */
export function idKey(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('latin1');
}
