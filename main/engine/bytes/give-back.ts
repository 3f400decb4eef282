import { isAlignedMemory } from './aligned-buffer.ts';

/**
 * Frees the memory of a large buffer now; it and all views of the same memory are empty afterwards, so nothing may still read or write
 * it. What is left to the garbage collector costs twice: the next buffer gets new pages from the system instead of these, and V8 marks
 * the whole heap each time a few dozen MiB of buffers have piled up. Memory that others share, or that cannot be given back, stays.
 */
export function giveBack(bytes: Uint8Array): void {
  ownMemory(bytes)[0]?.transfer(0);
}

/** The memory of a large buffer, where it is the buffer's own: it may be given back, or away to another thread. */
export function ownMemory({ buffer }: Uint8Array): readonly ArrayBuffer[] {
  // Small buffers of Node lie in a pool.
  const isOwn =
    buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize && !buffer.detached && !isAlignedMemory(buffer);
  return isOwn ? [buffer] : [];
}
