import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { OverlayFiles } from './journal.ts';
import { openRandomFile, overlayErrors } from './random-file.ts';

/** An overlay's files in a folder, which is made where it is not there. @throws HostkeepError overlay/failed */
export async function overlayFolder(folder: string): Promise<OverlayFiles> {
  await overlayErrors(folder, () => mkdir(folder, { recursive: true, mode: 0o700 }));
  return {
    async open(name) {
      const file = await openRandomFile(join(folder, name));
      await overlayErrors(folder, () => flushFolder(folder));
      return file;
    },
    replace: (from, to) =>
      overlayErrors(folder, async () => {
        await rename(join(folder, from), join(folder, to));
        await flushFolder(folder);
      }),
  };
}

/** Makes names durable; Windows has no such thing for folders, its file systems journal them. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
