import { hasCode, type HostkeepError } from '#contract';

/** What of a pack cannot be relied on, as plain data. */
export interface DamagedPack {
  readonly packId: string;
  /** Ordinals of its groups; null for all of it. */
  readonly groups: readonly number[] | null;
}

/** Where packs are damaged: small, however large the repository. */
export interface Damage {
  markPack(packId: string): void;
  markGroup(packId: string, ordinal: number): void;
  mark(packs: readonly DamagedPack[]): void;
  touches(packId: string, ordinal: number): boolean;
  packs(): readonly DamagedPack[];
}

/** Groups of a pack that are named one by one; beyond, all of it counts as damaged. */
const mostGroups = 256;

export function newDamage(known: readonly DamagedPack[] = []): Damage {
  const packs = new Map<string, Set<number> | null>();
  const markGroup = (packId: string, ordinal: number): void => {
    const groups = packs.get(packId) ?? (packs.has(packId) ? null : new Set<number>());
    groups?.add(ordinal);
    packs.set(packId, groups !== null && groups.size > mostGroups ? null : groups);
  };
  const markPack = (packId: string): void => void packs.set(packId, null);
  const mark = (more: readonly DamagedPack[]): void => {
    for (const { packId, groups } of more) {
      if (groups === null) markPack(packId);
      else for (const ordinal of groups) markGroup(packId, ordinal);
    }
  };
  mark(known);
  return {
    markPack,
    markGroup,
    mark,
    touches(packId, ordinal) {
      const groups = packs.get(packId);
      return groups === null || groups?.has(ordinal) === true;
    },
    packs: () =>
      [...packs].map(([packId, groups]) => ({ packId, groups: groups === null ? null : [...groups].toSorted((a, b) => a - b) })),
  };
}

/** Whether it is damage, which is told and does not end the work on what is sound; that the storage cannot be reached does. */
export function isDamage(error: unknown): error is HostkeepError {
  return hasCode(
    error,
    'repository/pack-damaged',
    'repository/chunk-damaged',
    'repository/chunk-missing',
    'repository/map-damaged',
    'repository/index-damaged',
    'repository/seal-broken',
    'storage/short-read',
    'storage/not-found',
  );
}
