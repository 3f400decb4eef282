import { chmod, link, lstat, mkdtemp, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * A Unix socket for its owner alone from the moment that it has its name: it is made in a folder that nobody else may enter, and gets its name
 * there as one more name of the same file, which fails where the name is taken. The process's umask, which other threads share, stays as it is.
 * Gives what takes the name away again. `listen` makes the socket at a path. @throws what the system says
 */
export async function placeSocket(path: string, listen: (hidden: string) => Promise<void>): Promise<() => Promise<void>> {
  // As short as can be: paths of sockets have 107 bytes.
  const folder = await mkdtemp(join(dirname(path), '.hk-'));
  const hidden = join(folder, 's');
  try {
    await listen(hidden);
    await chmod(hidden, 0o600);
    const { ino } = await lstat(hidden);
    await link(hidden, path);
    return () => removeOwn(path, ino);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Another publisher may have put its own there meanwhile. */
async function removeOwn(path: string, ino: number): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.ino === ino) await unlink(path);
}
