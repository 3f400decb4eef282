import { once } from 'node:events';
import { lstat, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HostkeepError } from '#contract';
import { errnoOf, flushFolder, makeFolders, renameBusy } from '#files';

type Write = (bytes: Uint8Array) => Promise<void>;

/** Gives what is written somewhere to go: standard output, or a file that has its name only when it is whole. */
export async function fileOutput<Result>(
  path: string,
  overwrite: boolean,
  act: (write: Write) => Promise<Result>,
): Promise<Result> {
  if (path === '-')
    return act(async (bytes) => {
      if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
    });
  if (!overwrite && (await exists(path))) throw new HostkeepError('input/target-exists', { path });
  const partial = `${path}.hostkeep-partial`;
  const file = await openNew(partial);
  try {
    const result = await act(async (bytes) => {
      try {
        for (let done = 0; done < bytes.byteLength;) done += (await file.write(bytes, done)).bytesWritten;
      } catch (cause) {
        throw failed(path, cause);
      }
    });
    try {
      await file.sync();
      await file.close();
      await renameBusy(partial, path);
      await flushFolder(dirname(path));
    } catch (cause) {
      throw failed(path, cause);
    }
    return result;
  } catch (error) {
    // The target may be away: what failed first counts.
    await file.close().catch(() => undefined);
    await rm(partial, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    await makeFolders(dirname(path));
    await rm(path, { force: true });
    return await open(path, 'wx');
  } catch (cause) {
    throw failed(path, cause);
  }
}

function failed(path: string, cause: unknown): HostkeepError {
  const errno = errnoOf(cause);
  const details = { path, errno: errno ?? null };
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return new HostkeepError('recovery/target-full', details, cause);
  if (errno === 'EFBIG') return new HostkeepError('recovery/file-too-large', details, cause);
  if (errno === 'ENAMETOOLONG') return new HostkeepError('recovery/path-too-long', { characters: path.length }, cause);
  return new HostkeepError('recovery/target-failed', details, cause);
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
