import { constants } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { fitsDirectIo } from '#engine/bytes';
import { HostkeepError, type ErrorDetails } from '#contract';
import { errnoOf } from '#files';

/** A file that workers write disk content to, each through handles of its own. */
export interface OutputFile {
  write(position: number, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Opens an existing file for writing; past the page cache where the system lets us, since what a restore writes is not read again. */
export async function openOutput(path: string): Promise<OutputFile> {
  const plain = await targetErrors(path, () => open(path, 'r+'));
  const direct = await openDirect(path);
  return {
    write: (position, bytes) =>
      targetErrors(path, () => writeAll(fitsDirectIo(position, bytes) && direct !== undefined ? direct : plain, position, bytes)),
    // A share may say only now that it had no room.
    close: () =>
      targetErrors(path, async () => {
        await direct?.close();
        await plain.close();
      }),
  };
}

/** Undefined where the system or the file system has no direct I/O. */
async function openDirect(path: string): Promise<FileHandle | undefined> {
  if (constants.O_DIRECT === undefined) return undefined;
  try {
    return await open(path, constants.O_RDWR | constants.O_DIRECT);
  } catch (error) {
    if (errnoOf(error) === 'EINVAL') return undefined;
    throw error;
  }
}

async function writeAll(file: FileHandle, position: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.byteLength;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.byteLength - done, position + done);
    done += bytesWritten;
  }
}

/** Runs an act on the target, its failures told as recovery/target-*. */
export async function targetErrors<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof HostkeepError) throw cause;
    const errno = errnoOf(cause);
    const details: ErrorDetails = { path, errno: errno ?? null };
    if (errno === 'ENOSPC' || errno === 'EDQUOT') throw new HostkeepError('recovery/target-full', details, cause);
    if (errno === 'EFBIG') throw new HostkeepError('recovery/file-too-large', details, cause);
    if (errno === 'ENAMETOOLONG') throw new HostkeepError('recovery/path-too-long', { characters: path.length }, cause);
    if (errno === 'EEXIST') throw new HostkeepError('input/target-exists', { path }, cause);
    throw new HostkeepError('recovery/target-failed', details, cause);
  }
}

/** What a restore that failed has made. That it cannot go (the target may be away) is no news beside the failure. */
export async function removeUnfinished(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => undefined);
}
