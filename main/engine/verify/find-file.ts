import type { FileNode, FileSystem, OnDamage } from '../formats/file-system.ts';
import { findEntry } from '../formats/find-entry.ts';

/** The entry at a path below the root; undefined where there is none. @throws HostkeepError format/* for damaged folders */
export function findPath(system: FileSystem, path: string): Promise<FileNode | undefined> {
  return findEntry(
    system,
    path.split('/').filter((name) => name !== ''),
  );
}

/** What is in a folder; nothing where there is no such folder. */
export async function listOf(system: FileSystem, path: string, onDamage: OnDamage): Promise<readonly FileNode[]> {
  const folder = await findPath(system, path);
  return folder === undefined || folder.type !== 'folder' ? [] : system.list(folder, { onDamage });
}
