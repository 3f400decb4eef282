import type { Extent } from './block-source.ts';

/** Adjacent extents of one kind become one: an image tells of each of its blocks alone. */
export function joinExtents(extents: readonly Extent[]): readonly Extent[] {
  const joined: { offset: number; length: number; kind: Extent['kind'] }[] = [];
  for (const { offset, length, kind } of extents) {
    const last = joined.at(-1);
    if (last?.kind === kind && last.offset + last.length === offset) last.length += length;
    else joined.push({ offset, length, kind });
  }
  return joined;
}
