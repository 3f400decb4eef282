import { HostkeepError } from '#contract';
import type { ObjectBytes } from '#engine/objects';
import type { FileNode, FileSystem, OnDamage } from '../../formats/file-system.ts';
import { findEntry } from '../../formats/find-entry.ts';
import { parseGuestPath, textOf, textOfPlace, type GuestPath } from '../guest-path.ts';
import type { GuestVolumes } from '../guest-volumes.ts';

/** A file of a guest in which an object is, and where it lies. */
export interface ObjectFile {
  readonly system: FileSystem;
  readonly node: FileNode;
  /** As `ls` takes it. */
  readonly path: string;
  readonly folder: GuestPath;
  readonly bytes: ObjectBytes;
}

/** @throws HostkeepError recovery/path-not-found, recovery/not-a-file, or what the file's `unreadable` says */
export async function objectFile(volumes: GuestVolumes, text: string): Promise<ObjectFile> {
  const path = parseGuestPath(text);
  const { fileSystem: system, node } = await volumes.find(path);
  if (node.type !== 'file') throw new HostkeepError('recovery/not-a-file', { path: text });
  return fileIn({ system, folder: { ...path, names: path.names.slice(0, -1) } }, node);
}

export function fileIn({ system, folder }: Pick<ObjectFile, 'system' | 'folder'>, node: FileNode): ObjectFile {
  return { system, node, folder, path: `${pathOf(folder)}/${node.name}`, bytes: bytesOf(system, node) };
}

/** A file of a guest as an object's bytes. @throws what the file's `unreadable` says, when it is read */
export function bytesOf(system: FileSystem, node: FileNode): ObjectBytes {
  const { unreadable, name } = node;
  return {
    sizeBytes: node.sizeBytes,
    async read(offset, target) {
      if (unreadable !== null) throw new HostkeepError(unreadable, { name });
      await system.read(node, offset, target);
    },
  };
}

/** A folder of a guest, to look for files in. @throws HostkeepError recovery/path-not-found, recovery/not-a-folder */
export async function objectFolder(volumes: GuestVolumes, text: string): Promise<Pick<ObjectFile, 'system' | 'folder'>> {
  const folder = parseGuestPath(text);
  const { fileSystem: system, node } = await volumes.find(folder);
  if (node.type !== 'folder') throw new HostkeepError('recovery/not-a-folder', { path: text });
  return { system, folder };
}

/** Files in the same folder; damaged entries are told, or left out where nobody asks. */
export async function filesBeside(
  file: Pick<ObjectFile, 'system' | 'folder'>,
  onDamage: OnDamage = () => undefined,
): Promise<readonly ObjectFile[]> {
  const folder = await findEntry(file.system, file.folder.names);
  if (folder?.type !== 'folder') return [];
  const nodes = await file.system.list(folder, { onDamage });
  return nodes.filter((node) => node.type === 'file').map((node) => fileIn(file, node));
}

function pathOf(folder: GuestPath): string {
  const names = folder.names.map((name) => `/${name}`).join('');
  return folder.place === undefined ? textOf(folder) : `${textOfPlace(folder.place)}${names}`;
}
