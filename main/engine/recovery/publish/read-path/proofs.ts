import type { WantedChunk } from './leaf-table.ts';

/**
 * Which chunks of groups were proved to be what their ids name. A group whose sealed bytes bear the tag that they bore before is the one that
 * was opened before: what was proved of it need not be hashed again.
 */
export interface Proofs {
  /** The chunks that are still to be proved when the group is opened. */
  lacking(group: string, chunks: readonly WantedChunk[]): readonly WantedChunk[];
  /** What is proved of a group that was opened; it may be added to. */
  opened(group: string, tag: string): Proved;
}

/** By their offsets in the group. */
export type Proved = Map<number, WantedChunk>;

export function proofs(limitGroups: number): Proofs {
  const known = new Map<string, { readonly tag: string; readonly proved: Proved }>();
  return {
    lacking(group, chunks) {
      const proved = known.get(group)?.proved;
      return proved === undefined ? chunks : chunks.filter((chunk) => !isIn(proved, chunk));
    },
    opened(group, tag) {
      const before = known.get(group);
      const entry = before?.tag === tag ? before : { tag, proved: new Map<number, WantedChunk>() };
      known.delete(group);
      known.set(group, entry);
      if (known.size > limitGroups) known.delete(known.keys().next().value!);
      return entry.proved;
    },
  };
}

export function isIn(proved: Proved, { key, offset, length }: WantedChunk): boolean {
  const found = proved.get(offset);
  return found !== undefined && found.key === key && found.length === length;
}
