import { access, constants, mkdir, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { HostkeepError, requests, type LocalFolderView } from '#contract';
import { fullPath } from '../full-path.ts';
import { asking, checked, doing, router } from '../trpc.ts';

const shownFolders = 2_000;

/** Folders of the computer that the console runs on: where to restore to, where a repository goes. */
export const folders = router({
  list: asking.input(checked(requests.folders.list)).query(({ input }) => listLocal(input.path ?? homedir())),
  make: doing
    .meta({ action: 'folder.make', subject: 'path' })
    .input(checked(requests.folders.make))
    .mutation(async ({ input }) => {
      await failing(input.path, () => mkdir(fullPath(input.path)));
      return listLocal(input.path);
    }),
});

async function listLocal(path: string): Promise<LocalFolderView> {
  const folder = fullPath(path);
  const entries = await failing(path, () => readdir(folder, { withFileTypes: true }));
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  return {
    path: folder,
    parent: dirname(folder) === folder ? null : dirname(folder),
    folders: entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => join(folder, entry.name))
      .toSorted((a, b) => a.localeCompare(b))
      .slice(0, shownFolders),
    writable,
  };
}

async function failing<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof HostkeepError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new HostkeepError('input/not-found', { folder: path }, cause);
    if (code === 'EEXIST') throw new HostkeepError('input/target-exists', { folder: path }, cause);
    throw new HostkeepError('storage/denied', { folder: path }, cause);
  }
}
