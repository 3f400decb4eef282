import type { FileNode, FileSystem } from './file-system.ts';

/** The entry at names below the root; undefined where there is none. @throws HostkeepError format/* for damaged folders */
export async function findEntry(system: FileSystem, names: readonly string[]): Promise<FileNode | undefined> {
  let node = await system.root();
  for (const name of names) {
    const next = node.type === 'folder' ? await system.child(node, name) : undefined;
    if (next === undefined) return undefined;
    node = next;
  }
  return node;
}
