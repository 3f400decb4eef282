/** What is in a guest's folders and files, for the browser of the console. */
import { fileRowLimit, HostkeepError, type FolderView } from '#contract';
import { parseGuestPath, type GuestVolumes } from '#engine/recovery';

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** @throws HostkeepError recovery/path-not-found, recovery/not-a-folder, format/* */
export async function listFolder(volumes: GuestVolumes, path: string): Promise<FolderView> {
  const { fileSystem, node } = await volumes.find(parseGuestPath(path));
  if (node.type !== 'folder') throw new HostkeepError('recovery/not-a-folder', { path });
  const nodes = await fileSystem.list(node);
  const entries = nodes
    .toSorted((a, b) => Number(b.type === 'folder') - Number(a.type === 'folder') || collator.compare(a.name, b.name))
    .slice(0, fileRowLimit)
    .map(({ name, type, sizeBytes, modified, unreadable }) => ({ name, type, sizeBytes, modified, unreadable }));
  return { path, entries, total: nodes.length };
}
