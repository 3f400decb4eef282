import type { MapEntry } from './layout.ts';

/** The part of the entries between two blocks. */
export function sliceEntries(entries: readonly MapEntry[], fromBlock: number, toBlock: number): readonly MapEntry[] {
  const found: MapEntry[] = [];
  let start = 0;
  for (const entry of entries) {
    const from = Math.max(start, fromBlock);
    const to = Math.min(start + entry.blocks, toBlock);
    if (from < to) found.push(part(entry, from - start, to - from));
    start += entry.blocks;
    if (start >= toBlock) break;
  }
  return found;
}

function part(entry: MapEntry, skipped: number, blocks: number): MapEntry {
  if (blocks === entry.blocks) return entry;
  return entry.kind === 'chunk' ? { ...entry, blocks, skip: entry.skip + skipped } : { ...entry, blocks };
}

/** Appends, joining what continues the last entry. */
export function pushEntry(entries: MapEntry[], next: MapEntry): void {
  const last = entries.at(-1);
  if (last !== undefined && continues(last, next)) entries[entries.length - 1] = { ...last, blocks: last.blocks + next.blocks };
  else entries.push(next);
}

function continues(last: MapEntry, next: MapEntry): boolean {
  if (last.kind !== 'chunk' || next.kind !== 'chunk') return last.kind === next.kind;
  return last.skip + last.blocks === next.skip && last.id.equals(next.id);
}
