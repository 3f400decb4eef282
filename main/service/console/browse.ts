/** What is in a guest's folders and files, for the browser of the console. */
import { fileRowLimit, HostkeepError, type FolderView } from '#contract';
import { parseGuestPath, type GuestFile, type GuestVolumes } from '#engine/recovery';
import { firstOf } from './first-of.ts';

type FileNode = GuestFile['node'];

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Of what is in it, or of those that have that piece in their names, the first. @throws HostkeepError recovery/path-not-found, recovery/not-a-folder, format/* */
export async function listFolder(
  volumes: Pick<GuestVolumes, 'find'>,
  { path, name }: { readonly path: string; readonly name: string | null },
): Promise<FolderView> {
  const { fileSystem, node } = await volumes.find(parseGuestPath(path));
  if (node.type !== 'folder') throw new HostkeepError('recovery/not-a-folder', { path });
  const nodes = await fileSystem.list(node);
  const fitting = name === null ? nodes : nodes.filter(nameHolds(name));
  const entries = (await firstOf(fitting, fileRowLimit, byKindAndName)).map(
    ({ name: called, type, sizeBytes, modified, unreadable }) => ({ name: called, type, sizeBytes, modified, unreadable }),
  );
  return { path, entries, fitting: fitting.length, total: nodes.length };
}

function nameHolds(piece: string): (node: FileNode) => boolean {
  const wanted = piece.toLowerCase();
  return ({ name }) => name.toLowerCase().includes(wanted);
}

function byKindAndName(a: FileNode, b: FileNode): number {
  return Number(b.type === 'folder') - Number(a.type === 'folder') || collator.compare(a.name, b.name);
}
