import type { ChunkLocation } from './layout.ts';
import type { PackPlaces } from './pack-places.ts';

/** Chunks whose places are remembered: about 16 MiB. */
const rememberedChunks = 400_000;

/** The places of the chunks of packs used lately. */
export interface PackMemory {
  find(id: Buffer): ChunkLocation | undefined;
  /** Counts a use of a pack; returns how many there were. */
  use(packId: string): number;
  keep(places: PackPlaces): void;
  clear(): void;
}

export function packMemory(): PackMemory {
  const packs: PackPlaces[] = [];
  const uses = new Map<string, number>();
  let held = 0;
  return {
    find(id) {
      for (let at = packs.length - 1; at >= 0; at -= 1) {
        const pack = packs[at]!;
        const found = pack.find(id);
        if (found === undefined) continue;
        // The next one is most often in the same pack: it comes to the end, where the search begins.
        if (at < packs.length - 1) packs.push(...packs.splice(at, 1));
        return found;
      }
      return undefined;
    },
    use(packId) {
      const used = (uses.get(packId) ?? 0) + 1;
      uses.set(packId, used);
      return used;
    },
    keep(places) {
      packs.push(places);
      held += places.chunks;
      while (held > rememberedChunks && packs.length > 1) {
        const dropped = packs.shift()!;
        held -= dropped.chunks;
        uses.delete(dropped.packId);
      }
    },
    clear() {
      packs.length = 0;
      uses.clear();
      held = 0;
    },
  };
}
