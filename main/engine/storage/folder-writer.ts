import { randomBytes } from 'node:crypto';
import { open, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode, HostkeepError } from '#contract';
import { errnoOf, flushFolder, makeFolders, retryBusy } from '#files';
import type { AnchoredFolder } from './anchor.ts';
import { appendFile, type Stages } from './append-file.ts';
import { storageErrors } from './errno.ts';
import { systemCalls, type FileCalls } from './file-calls.ts';
import type { StorageWriter } from './storage.ts';

/** Where files lie until they are published. */
export const temporaryFolder = 'tmp';

interface Target {
  readonly root: string;
  readonly name: string;
  /** Whether the name may be taken already. */
  readonly replace: boolean;
  readonly stages: Stages;
  readonly place: Pick<AnchoredFolder, 'check'>;
}

/** A writer on a temporary file that gets its name only when all of it is on the disk. */
export async function folderWriter(target: Target, calls: FileCalls = systemCalls): Promise<StorageWriter> {
  const { root, name } = target;
  const temporary = join(root, temporaryFolder, `${process.pid}-${randomBytes(8).toString('hex')}`);
  const file = appendFile(temporary, await storageErrors(name, () => createTemporary(temporary, target)), target.stages);
  let state: 'open' | 'dead' | 'published' = 'open';

  const whileOpen = async (act: () => Promise<void>): Promise<void> => {
    if (state !== 'open') throw new HostkeepError('storage/failed', { file: name, state });
    try {
      await storageErrors(name, act);
    } catch (error) {
      await discard();
      // What it was written to may be missing with all that was around it.
      if (hasCode(error, 'storage/not-found')) await storageErrors(name, target.place.check);
      throw error;
    }
  };
  const discard = async (): Promise<void> => {
    if (state !== 'open') return;
    state = 'dead';
    // The failure that led here is what counts; a temporary file that stays is swept later.
    await file.close().catch(() => undefined);
    await unlink(temporary).catch(() => undefined);
  };

  return {
    append: (bytes) => whileOpen(() => file.append(bytes instanceof Uint8Array ? [bytes] : bytes)),
    publish: () =>
      whileOpen(async () => {
        await file.flush();
        await file.close();
        await target.place.check();
        await giveName(temporary, target, calls);
        state = 'published';
      }),
    discard,
  };
}

/** Where the folder is not ours any more nothing is left behind; one that was there before it was anchored is made with all above it. */
async function createTemporary(path: string, { place }: Target): Promise<FileHandle> {
  const file = await openNew(path).catch(async (error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
    await place.check();
    await makeFolders(dirname(path));
    return openNew(path);
  });
  try {
    await place.check();
    return file;
  } catch (error) {
    await file.close();
    await unlink(path).catch(() => undefined);
    throw error;
  }
}

const openNew = (path: string): Promise<FileHandle> => open(path, 'wx');

async function giveName(temporary: string, target: Target, calls: FileCalls): Promise<void> {
  const final = join(target.root, target.name);
  const folder = dirname(final);
  if ((await makeFolders(folder)) !== undefined) await flushFolder(dirname(folder));
  if (target.replace) await retryBusy(calls, () => calls.rename(temporary, final));
  else await renameNew(temporary, final, calls);
  await flushFolder(folder);
}

/** A rename that refuses to replace: a hard link fails when the name is taken; shares without links are asked first. */
async function renameNew(temporary: string, final: string, calls: FileCalls): Promise<void> {
  try {
    await calls.link(temporary, final);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EEXIST' || errno === 'ENOSPC' || errno === 'ENOENT') throw error;
    if (await exists(final)) throw Object.assign(new Error('exists'), { code: 'EEXIST' });
    await retryBusy(calls, () => calls.rename(temporary, final));
    return;
  }
  // It has its name, and is there whatever becomes of the other one, which is swept later.
  await retryBusy(calls, () => calls.unlink(temporary)).catch(() => undefined);
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
