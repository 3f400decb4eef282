import { HostkeepError } from '#contract';
import type { FileNode, FileSystem, ListOptions, ScanOptions, ScannedFile } from './file-system.ts';

type Listing = Pick<FileSystem, 'root' | 'list'>;

interface Walked extends ListOptions {
  /** Where a file's own record lies. */
  place(node: FileNode): Promise<number | null>;
}

const deepest = 4096;

/**
 * Every name below the root, folder by folder: for file systems that keep no table of all files. A folder that is met again
 * within itself is damage, and is not followed.
 */
export async function* walkTree(system: Listing, walked: Walked): AsyncIterable<ScannedFile> {
  const root = await system.root();
  const stack: { readonly folder: FileNode; readonly above: ReadonlySet<number> }[] = [
    { folder: root, above: new Set([root.id]) },
  ];
  yield { ...root, parentId: root.id, metadataOffset: await placed(root, walked) };
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { folder, above } = at;
    // In the order in which records lie: who takes them reads more of each.
    for (const node of (await listed(system, folder, walked)).toSorted((a, b) => a.id - b.id)) {
      yield { ...node, parentId: folder.id, metadataOffset: await placed(node, walked) };
      if (node.type !== 'folder') continue;
      if (above.has(node.id) || above.size > deepest)
        report(walked, new HostkeepError('format/folder-cycle', { name: node.name }));
      else stack.push({ folder: node, above: new Set([...above, node.id]) });
    }
  }
}

/** A damaged record was told when its folder was listed. */
async function placed(node: FileNode, walked: Walked): Promise<number | null> {
  try {
    return await walked.place(node);
  } catch (error) {
    if (error instanceof HostkeepError && node.unreadable !== null) return null;
    throw error;
  }
}

async function listed(system: Listing, folder: FileNode, options: ScanOptions): Promise<readonly FileNode[]> {
  try {
    return await system.list(folder, options);
  } catch (error) {
    if (!(error instanceof HostkeepError)) throw error;
    report(options, error);
    return [];
  }
}

function report(options: ListOptions, damage: HostkeepError): void {
  if (options.onDamage === undefined) throw damage;
  options.onDamage(damage);
}
