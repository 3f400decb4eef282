import { open, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { HostkeepError } from '#contract';
import { errnoOf } from '#files';
import type { StorageAnchor } from './storage.ts';

/** Whether a folder is still the one that was opened: a share that was unmounted leaves its empty mount point under the same path. */
export interface AnchoredFolder {
  /** What it is known by, once `hold` was called or it was given. */
  readonly anchor: () => StorageAnchor | undefined;
  hold(anchor: StorageAnchor): void;
  /** Asks the file system for the folder alone, unless that has changed. @throws HostkeepError storage/replaced, or errors of the file system */
  check(): Promise<void>;
}

export function anchoredFolder(root: string, given?: StorageAnchor): AnchoredFolder {
  let anchor = given;
  let known: string | undefined;
  return {
    anchor: () => anchor,
    hold(wanted) {
      if (anchor?.file === wanted.file && anchor.content === wanted.content) return;
      anchor = wanted;
      known = undefined;
    },
    async check() {
      if (anchor === undefined) return;
      const identity = await identityOf(root);
      if (identity !== undefined && identity === known) return;
      // A share that was away and came back is another device, and a thread sees the folder for the first time: what lies there tells.
      if (identity === undefined || !(await holds(join(root, anchor.file), anchor.content)))
        throw new HostkeepError('storage/replaced', { folder: root });
      known = identity;
    },
  };
}

async function identityOf(root: string): Promise<string | undefined> {
  const found = await orNothing(stat(root, { bigint: true }));
  return found === undefined ? undefined : `${found.dev} ${found.ino}`;
}

/** Whether the file has the content, and not a byte more. */
async function holds(path: string, content: string): Promise<boolean> {
  const file = await orNothing(open(path, 'r'));
  if (file === undefined) return false;
  try {
    return await startsAndEndsWith(file, Buffer.from(content, 'latin1'));
  } finally {
    await file.close();
  }
}

async function startsAndEndsWith(file: FileHandle, content: Buffer): Promise<boolean> {
  const found = Buffer.alloc(content.length + 1);
  let got = 0;
  for (let more = -1; more !== 0 && got < found.length; got += more)
    more = (await file.read(found, got, found.length - got, got)).bytesRead;
  return found.subarray(0, got).equals(content);
}

async function orNothing<Result>(act: Promise<Result>): Promise<Result | undefined> {
  try {
    return await act;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    throw error;
  }
}
