import { mkdir, rename, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { OnProgress, RestorePoint } from '#contract';
import type { Repository } from '#engine/repository';
import { errnoOf, flushFolder, makeFolders } from '#files';
import { removeUnfinished, targetErrors } from './restore/output-file.ts';
import { refuseExisting, restoreDisk } from './restore/restore-disk.ts';
import { safeName } from './safe-name.ts';

export interface RestoreVmOptions {
  readonly to: string;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

export interface RestoredVm {
  readonly folder: string;
  /** Names of the files in the folder. */
  readonly files: readonly string[];
}

/**
 * All disks as VHDX, and the files of the definition, in a new folder named for the VM. It has its name only when all of it is there; a
 * restore that fails or is cancelled leaves nothing. @throws HostkeepError input/target-exists, recovery/target-*, repository/*
 */
export async function restoreVm(repository: Repository, point: RestorePoint, options: RestoreVmOptions): Promise<RestoredVm> {
  const folder = join(options.to, safeName(point.vm));
  const partial = `${folder}.partial`;
  await refuseExisting(folder);
  const made = await targetErrors(options.to, () => makeFolders(options.to));
  // One that is there is another restore's, or what a killed one has left.
  await targetErrors(partial, () => mkdir(partial));
  try {
    const files = await writeFiles(repository, point, { ...options, to: partial });
    await giveName(partial, folder);
    return { folder, files };
  } catch (error) {
    await removeUnfinished(partial);
    if (made !== undefined) await removeEmpty(options.to, made);
    throw error;
  }
}

async function giveName(partial: string, folder: string): Promise<void> {
  await refuseExisting(folder);
  await targetErrors(folder, () => rename(partial, folder));
  await targetErrors(folder, () => flushFolder(dirname(folder)));
}

async function writeFiles(repository: Repository, point: RestorePoint, options: RestoreVmOptions): Promise<readonly string[]> {
  const files: string[] = [];
  for (const disk of point.disks) {
    const name = freeName(files, `${safeName(basename(disk.label).replace(/\.a?vhdx?$/i, ''))}.vhdx`);
    files.push(name);
    await restoreDisk(repository, point, disk.index, { ...options, to: join(options.to, name), format: 'vhdx' });
  }
  for (const file of point.definition) {
    const name = freeName(files, safeName(file.name));
    files.push(name);
    await targetErrors(name, () =>
      writeFile(join(options.to, name), Buffer.from(file.contentBase64, 'base64'), { flag: 'wx', flush: true }),
    );
  }
  return files;
}

/** Folders that were made for the restore, from `folder` up to `first`, as far as nothing is in them. */
async function removeEmpty(folder: string, first: string): Promise<void> {
  for (let at = resolve(folder); at.length >= resolve(first).length; at = dirname(at)) {
    try {
      await rmdir(at);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      return; // in use by somebody else
    }
  }
}

function freeName(taken: readonly string[], name: string): string {
  const lower = taken.map((one) => one.toLowerCase());
  for (let count = 2, candidate = name; ; count += 1) {
    if (!lower.includes(candidate.toLowerCase())) return candidate;
    candidate = name.replace(/(\.[^.]*)?$/, (extension) => `-${count}${extension}`);
  }
}
