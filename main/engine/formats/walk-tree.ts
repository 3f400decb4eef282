import { HostkeepError } from '#contract';
import type { FileNode, FileSystem, ListOptions, ScanOptions, ScannedFile } from './file-system.ts';

type Listing = Pick<FileSystem, 'root' | 'list'>;

interface Walked extends ListOptions {
  /** Where a file's own record lies. */
  place(node: FileNode): Promise<number | null>;
}

/**
 * Every name below the root, folder by folder: for file systems that keep no table of all files. A folder that is met again, within itself
 * or elsewhere, is damage, and is not followed: so the work is no more than the volume has folders.
 */
export async function* walkTree(system: Listing, walked: Walked): AsyncIterable<ScannedFile> {
  const root = await system.root();
  const met = new Set([root.id]);
  const stack = [root];
  yield { ...root, parentId: root.id, metadataOffset: await placed(root, walked) };
  for (let folder = stack.pop(); folder !== undefined; folder = stack.pop()) {
    // In the order in which records lie: who takes them reads more of each.
    for (const node of (await listed(system, folder, walked)).toSorted((a, b) => a.id - b.id)) {
      yield { ...node, parentId: folder.id, metadataOffset: await placed(node, walked) };
      if (node.type !== 'folder') continue;
      if (met.has(node.id)) report(walked, new HostkeepError('format/folder-cycle', { name: node.name }));
      else {
        met.add(node.id);
        stack.push(node);
      }
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
