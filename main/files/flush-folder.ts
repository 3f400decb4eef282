import { open } from 'node:fs/promises';
import { errnoOf } from './errno-of.ts';

/** How file systems say that they have no such call for folders (shares, FUSE): they order their metadata as they like. */
const without: ReadonlySet<string | undefined> = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Makes the names in a folder durable, so that a rename survives a power loss. Windows has no such call, and orders metadata by itself. */
export async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync().catch((error: unknown) => {
      if (!without.has(errnoOf(error))) throw error;
    });
  } finally {
    await folder.close();
  }
}
