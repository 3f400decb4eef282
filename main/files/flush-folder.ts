import { open } from 'node:fs/promises';

/** Makes the names in a folder durable, so that a rename survives a power loss. Windows has no such call, and orders metadata by itself. */
export async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
