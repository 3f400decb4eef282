/** Tags that people give to VMs; jobs select by them. */
import type { DatabaseSync } from 'node:sqlite';
import { HostkeepError } from '#contract';

export function tagsOf(state: DatabaseSync, host: string, vmId: string): readonly string[] {
  return state
    .prepare('SELECT tag FROM vm_tags WHERE host = ? AND vm = ? ORDER BY tag')
    .all(host, vmId)
    .map((row) => String(row['tag']));
}

/** @throws HostkeepError input/invalid */
export function setTag(
  state: DatabaseSync,
  of: { readonly host: string; readonly vm: string },
  tag: string,
  present: boolean,
): void {
  if (!/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,40}$/u.test(tag)) throw new HostkeepError('input/invalid', { tag });
  const change = present
    ? 'INSERT OR IGNORE INTO vm_tags (host, vm, tag) VALUES (?, ?, ?)'
    : 'DELETE FROM vm_tags WHERE host = ? AND vm = ? AND tag = ?';
  state.prepare(change).run(of.host, of.vm, tag);
}

/** Every tag, by `host/vm`. */
export function tagsByVm(state: DatabaseSync): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>();
  for (const row of state.prepare('SELECT host, vm, tag FROM vm_tags ORDER BY tag').all()) {
    const key = `${String(row['host'])}/${String(row['vm'])}`;
    all.set(key, [...(all.get(key) ?? []), String(row['tag'])]);
  }
  return all;
}
