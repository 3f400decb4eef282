import { mkdirSync, statSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './errno-of.ts';

/**
 * A folder and those above it that are not there. Node's own recursive `mkdir` never ends where the system says of a folder that it is not
 * there and lets nobody make it, as `/proc` does.
 * @param mode - the rights of those that are made, where they are not the usual ones
 * @returns the first folder that was made, undefined where all were there
 * @throws what `mkdir` throws, also where a file is in the way
 */
export async function makeFolders(folder: string, mode?: number): Promise<string | undefined> {
  try {
    return await makeOne(folder, mode);
  } catch (error) {
    const above = dirname(folder);
    if (errnoOf(error) !== 'ENOENT' || above === folder) throw error;
    const first = await makeFolders(above, mode);
    const own = await makeOne(folder, mode);
    return first ?? own;
  }
}

/** Undefined where it is there already; the root of a drive says so in its own way. */
async function makeOne(folder: string, mode: number | undefined): Promise<string | undefined> {
  try {
    await mkdir(folder, { mode });
    return folder;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || !(await isFolder(folder))) throw error;
    return undefined;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}

/** The same for what cannot wait. */
export function makeFoldersSync(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const above = dirname(folder);
  if (above !== folder) makeFoldersSync(above);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process has been faster.
    if (errnoOf(error) !== 'EEXIST' || statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
