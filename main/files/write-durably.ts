import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { flushFolder } from './flush-folder.ts';
import { renameBusy } from './rename-busy.ts';

/**
 * Puts a small file in its place as a whole: written beside it, flushed, renamed. Who reads it meanwhile, or after a power loss, finds the
 * old one or the new one. Only its owner may read it. Errors are those of the file system.
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await renameBusy(fresh, path);
  await flushFolder(dirname(path));
}
