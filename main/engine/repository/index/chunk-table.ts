import { chunkIdBytes } from '../chunk-id.ts';

const wordsPerSlot = chunkIdBytes / 4;

/**
 * The ids that this run has stored, shared by its workers without locks. It may forget (when it is full) and two workers
 * that add the same id at the same moment may both be told it is new: the chunk is then stored twice, which costs space and harms nothing.
 */
export interface ChunkTable {
  readonly memory: SharedArrayBuffer;
  /** True when the id was there; otherwise it is there now. */
  addOrHas(id: Buffer): boolean;
  has(id: Buffer): boolean;
  /** Forgets everything once it is half full. Only while no worker runs. */
  relieve(): void;
}

export function chunkTableMemory(slots: number): SharedArrayBuffer {
  return new SharedArrayBuffer((slots * wordsPerSlot + 1) * 4);
}

export function chunkTable(memory: SharedArrayBuffer): ChunkTable {
  const words = new Int32Array(memory);
  const slots = (words.length - 1) / wordsPerSlot;
  const countAt = words.length - 1;
  const limit = Math.floor(slots * 0.75);

  const find = (id: Buffer, insert: boolean): boolean => {
    const [first, second, third, fourth] = [id.readInt32LE(0) || 1, id.readInt32LE(4), id.readInt32LE(8), id.readInt32LE(12)];
    let slot = id.readUInt32LE(12) % slots;
    for (let probe = 0; probe < 64; probe += 1) {
      const at = slot * wordsPerSlot;
      const tag = insert && words[countAt]! < limit ? Atomics.compareExchange(words, at, 0, first) : Atomics.load(words, at);
      if (tag === 0) {
        if (!insert || words[countAt]! >= limit) return false;
        words[at + 1] = second;
        words[at + 2] = third;
        words[at + 3] = fourth;
        Atomics.add(words, countAt, 1);
        return false;
      }
      if (tag === first && words[at + 1] === second && words[at + 2] === third && words[at + 3] === fourth) return true;
      slot = slot + 1 === slots ? 0 : slot + 1;
    }
    return false;
  };

  return {
    memory,
    addOrHas: (id) => find(id, true),
    has: (id) => find(id, false),
    relieve: () => {
      if (words[countAt]! * 2 > slots) words.fill(0);
    },
  };
}
