import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, flushFolder, makeFolders, renameBusy } from '#files';
import type { OverlayFiles } from './journal.ts';
import { overlayNames } from './layout.ts';
import { openRandomFile, overlayErrors } from './random-file.ts';

/** An overlay's files in a folder, which is made where it is not there. @throws HostkeepError overlay/failed */
export async function overlayFolder(folder: string): Promise<OverlayFiles> {
  await overlayErrors(folder, () => makeFolders(folder, 0o700));
  return {
    async open(name) {
      const file = await openRandomFile(join(folder, name));
      await overlayErrors(folder, () => flushFolder(folder));
      return file;
    },
    replace: (from, to) =>
      overlayErrors(folder, async () => {
        await renameBusy(join(folder, from), join(folder, to));
        await flushFolder(folder);
      }),
  };
}

/** Throws an overlay away: its own files, and its folder where nothing else lies in it. Fine where there is none. @throws HostkeepError overlay/failed */
export async function removeOverlay(folder: string): Promise<void> {
  await overlayErrors(folder, async () => {
    for (const name of Object.values(overlayNames)) await rm(join(folder, name), { force: true });
    await removeEmpty(folder);
  });
}

/** Removes a folder unless something lies in it; fine where there is none. @throws HostkeepError overlay/failed */
export async function removeEmpty(folder: string): Promise<void> {
  await overlayErrors(folder, async () => {
    try {
      await rmdir(folder);
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) throw error;
    }
  });
}
