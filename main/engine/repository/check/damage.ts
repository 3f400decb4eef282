/** Where packs are damaged: small, however large the repository. */
export interface Damage {
  markPack(packId: string): void;
  markGroup(packId: string, ordinal: number): void;
  touches(packId: string, ordinal: number): boolean;
}

export function newDamage(): Damage {
  const packs = new Set<string>();
  const groups = new Set<string>();
  return {
    markPack: (packId) => void packs.add(packId),
    markGroup: (packId, ordinal) => void groups.add(`${packId}/${ordinal}`),
    touches: (packId, ordinal) => packs.has(packId) || groups.has(`${packId}/${ordinal}`),
  };
}
