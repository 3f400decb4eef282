/** Memory of large frames, used again once they are sent: to allocate and clear it for every read takes as long as to copy the data. */
export interface FrameMemory {
  take(bytes: number): Buffer;
  /** It was sent, and nobody looks at it any more. */
  give(memory: Buffer): void;
}

/** What is smaller comes cheap. */
export const largeFrameBytes = 32 * 1024;

export function frameMemory(limitBytes: number): FrameMemory {
  const free = new Map<number, Buffer[]>();
  let held = 0;
  return {
    take(bytes) {
      const known = free.get(bytes)?.pop();
      if (known === undefined) return Buffer.allocUnsafe(bytes);
      held -= bytes;
      return known;
    },
    give(memory) {
      if (memory.length < largeFrameBytes) return;
      if (held + memory.length > limitBytes) {
        // Frames of another length, of sessions that have gone perhaps.
        free.clear();
        held = 0;
      }
      const list = free.get(memory.length) ?? [];
      free.set(memory.length, list);
      list.push(memory);
      held += memory.length;
    },
  };
}
