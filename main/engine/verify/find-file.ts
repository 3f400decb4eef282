import type { FileNode, FileSystem, OnDamage } from '../formats/file-system.ts';

/** The entry at a path of names below the root; undefined where there is none. @throws HostkeepError format/* for damaged folders */
export async function findEntry(system: FileSystem, path: string): Promise<FileNode | undefined> {
  let node = await system.root();
  for (const name of path.split('/').filter((name) => name !== '')) {
    const next = node.type === 'folder' ? await system.child(node, name) : undefined;
    if (next === undefined) return undefined;
    node = next;
  }
  return node;
}

/** What is in a folder; nothing where there is no such folder. */
export async function listOf(system: FileSystem, path: string, onDamage: OnDamage): Promise<readonly FileNode[]> {
  const folder = await findEntry(system, path);
  return folder === undefined || folder.type !== 'folder' ? [] : system.list(folder, { onDamage });
}
