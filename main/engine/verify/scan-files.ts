import type { HostkeepError } from '#contract';
import type { FileNode } from '../formats/file-system.ts';
import { chooser } from './chooser.ts';
import { says } from './findings.ts';
import type { ReadableVolume } from './volumes.ts';
import { stopWhenCancelled, type Work } from './watch.ts';

/** A file with its path from the volume's root, where it could be told. */
export interface FoundFile {
  readonly node: FileNode;
  readonly path: string;
}

export interface ScannedVolume {
  readonly files: number;
  readonly bytes: number;
  /** Chosen at random among all. */
  readonly sample: readonly FoundFile[];
  /** Files whose names are those of databases. */
  readonly databases: readonly FoundFile[];
}

/** Names whose content tells of a database: SQL Server's, and ESE's. */
const databaseName = /\.(mdf|ndf|ldf|edb|dit)$/i;
const mostDatabases = 500;
const mostFolders = 1_000_000;
const deepest = 1000;
const mostDamageTold = 20;

interface Folder {
  readonly name: string;
  readonly parent: number;
}

/** Every record of every file of a volume; what is damaged is told. */
export async function scanFiles(work: Work, volume: ReadableVolume, seed: string, count: number): Promise<ScannedVolume> {
  const chosen = chooser<FileNode & { parentId: number }>(count, `${seed}${volume.path}`);
  const databases: (FileNode & { parentId: number })[] = [];
  const folders = new Map<number, Folder>();
  const damage: HostkeepError[] = [];
  let [files, bytes, names, damaged] = [0, 0, 0, 0];
  const onDamage = (error: HostkeepError): void => {
    damaged += 1;
    if (damage.length < mostDamageTold) damage.push(error);
  };
  try {
    for await (const one of volume.system.scan({ onDamage })) {
      names += 1;
      if (names % 256 === 0) stopWhenCancelled(work);
      if (one.type === 'folder' && folders.size < mostFolders && !folders.has(one.id))
        folders.set(one.id, { name: one.name, parent: one.parentId });
      if (one.type !== 'file') continue;
      files += 1;
      bytes += one.sizeBytes;
      chosen.offer(one);
      if (databaseName.test(one.name) && databases.length < mostDatabases) databases.push(one);
    }
  } catch (error) {
    work.found.fault('file-records', volume.path, error);
  }
  for (const error of damage) work.found.fault('file-records', volume.path, error);
  if (damaged > damage.length)
    work.found.add('file-records', volume.path, 'failed', says('records-more', { count: damaged - damage.length }));
  if (damaged === 0) work.found.add('file-records', volume.path, 'passed', says('records-sound', { files }));
  const found = (one: FileNode & { parentId: number }): FoundFile => ({ node: one, path: pathOf(one, folders) });
  return { files, bytes, sample: chosen.chosen().map(found), databases: databases.map(found) };
}

/** `.../name` where the folders above are damaged, or too many to be remembered. */
function pathOf(file: { readonly name: string; readonly parentId: number }, folders: ReadonlyMap<number, Folder>): string {
  const names = [file.name];
  for (let at = file.parentId; names.length <= deepest;) {
    const folder = folders.get(at);
    if (folder === undefined) break;
    // The root is its own parent.
    if (folder.parent === at) return names.join('/');
    names.unshift(folder.name);
    at = folder.parent;
  }
  return `.../${names.join('/')}`;
}
