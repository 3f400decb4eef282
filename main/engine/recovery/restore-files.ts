import { folderTarget } from './files/folder-target.ts';
import { treeRestore, type RestoredFiles, type RestoreWatch } from './files/restore-tree.ts';
import type { Conflict, FileTarget } from './files/target.ts';
import { zipTarget } from './files/zip-target.ts';
import type { WriteBytes } from './files/zip-writer.ts';
import { parseGuestPath, textOfPlace } from './guest-path.ts';
import type { GuestVolumes } from './guest-volumes.ts';

export interface RestoreFilesOptions extends RestoreWatch {
  /** An existing folder, or one to make. Nothing is ever written outside it. */
  readonly to: string;
  /** `rename` when it is not given: what is there stays, what comes is named `name (2)`. */
  readonly conflict?: Conflict;
  /** Go on with what an earlier restore of the same source into the same folder began. */
  readonly resume?: boolean;
  /** The restore point's id. */
  readonly source?: string;
}

export interface ZipFilesOptions extends RestoreWatch {
  readonly write: WriteBytes;
}

/** Restores files, and folders with all they hold, into a folder. */
export async function restoreFiles(
  volumes: GuestVolumes,
  paths: readonly string[],
  options: RestoreFilesOptions,
): Promise<RestoredFiles> {
  const { to, conflict = 'rename', resume = false, source = '' } = options;
  const wanted = await wantedFiles(volumes, paths);
  return restoreInto(await folderTarget(to, { conflict, resume }), { wanted, source }, options);
}

/** The same as a zip, written as a stream. */
export async function zipFiles(
  volumes: GuestVolumes,
  paths: readonly string[],
  options: ZipFilesOptions,
): Promise<RestoredFiles> {
  return restoreInto(zipTarget(options.write), { wanted: await wantedFiles(volumes, paths), source: '' }, options);
}

type Wanted = Awaited<ReturnType<typeof wantedFiles>>;

/** All that is to be restored, found before anything is written: a mistyped path leaves nothing behind. */
async function wantedFiles(volumes: GuestVolumes, paths: readonly string[]) {
  const wanted = [];
  for (const text of paths) {
    const path = parseGuestPath(text);
    wanted.push({ path, ...(await volumes.find(path)) });
  }
  return wanted;
}

async function restoreInto(
  target: FileTarget,
  { wanted, source }: { readonly wanted: Wanted; readonly source: string },
  watch: RestoreWatch,
): Promise<RestoredFiles> {
  const restoring = treeRestore(target, watch);
  try {
    for (const { path, fileSystem, node } of wanted) {
      await restoring.restore({ system: fileSystem, volume: textOfPlace(path.place!), source }, path.names, node);
    }
  } catch (error) {
    await target.abandon();
    throw error;
  }
  await target.close();
  return restoring.report();
}

export type { RestoredFiles, SkippedFile } from './files/restore-tree.ts';
export type { Conflict } from './files/target.ts';
