/** How large the packs of a repository are: they never change, and to ask a share for each costs a round trip. */
import type { DatabaseSync } from 'node:sqlite';
import type { PackSizes } from '#engine/repository';

export function knownPackSizes(state: DatabaseSync, repository: string): PackSizes {
  const rows = state.prepare('SELECT pack, size_bytes FROM pack_sizes WHERE repository = ?');
  rows.setReturnArrays(true);
  return new Map(rows.all(repository) as unknown as [string, number][]);
}

/** Within the caller's transaction. */
export function keepPackSizes(
  state: DatabaseSync,
  repository: string,
  sizes: { readonly known: PackSizes; readonly now: PackSizes },
): void {
  const insert = state.prepare('INSERT OR REPLACE INTO pack_sizes (repository, pack, size_bytes) VALUES (?, ?, ?)');
  for (const [pack, sizeBytes] of sizes.now) if (!sizes.known.has(pack)) insert.run(repository, pack, sizeBytes);
  const remove = state.prepare('DELETE FROM pack_sizes WHERE repository = ? AND pack = ?');
  for (const pack of sizes.known.keys()) if (!sizes.now.has(pack)) remove.run(repository, pack);
}
