import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { fitsDirectIo } from '#engine/bytes';
import { HostkeepError } from '#contract';
import { errnoOf } from '#files';

/** A disk image's file, read at positions. */
export interface ImageFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Fills `target` from `position`. @throws HostkeepError format/truncated, host/disk-read-failed */
  read(position: number, target: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface OpenImage {
  /** Read past the page cache where the system lets us: for backups, whose data is read once. */
  readonly direct?: boolean;
}

export async function openImageFile(path: string, options: OpenImage = {}): Promise<ImageFile> {
  const plain = await openPlain(path);
  const direct = options.direct === true ? await openDirect(path) : undefined;
  const { size } = await plain.stat();
  return {
    path,
    sizeBytes: size,
    async read(position, target) {
      if (position < 0 || position > size - target.byteLength)
        throw new HostkeepError('format/truncated', { path, position, length: target.byteLength, sizeBytes: size });
      await readFully(path, direct !== undefined && fitsDirectIo(position, target) ? direct : plain, position, target);
    },
    async close() {
      await direct?.close();
      await plain.close();
    },
  };
}

async function openPlain(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    const errno = errnoOf(cause) ?? 'unknown';
    if (errno === 'ENOENT') throw new HostkeepError('input/not-found', { path }, cause);
    throw new HostkeepError('host/disk-read-failed', { path, errno }, cause);
  }
}

/** Undefined where the file system has no direct I/O. */
async function openDirect(path: string): Promise<FileHandle | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    return await open(path, constants.O_RDONLY | constants.O_DIRECT);
  } catch (error) {
    if (errnoOf(error) === 'EINVAL') return undefined;
    throw error;
  }
}

async function readFully(path: string, file: FileHandle, position: number, target: Uint8Array): Promise<void> {
  for (let done = 0; done < target.byteLength;) {
    const bytesRead = await readSome(path, file, { target, done, position });
    if (bytesRead === 0) throw new HostkeepError('format/truncated', { path, position: position + done });
    done += bytesRead;
  }
}

async function readSome(
  path: string,
  file: FileHandle,
  at: { readonly target: Uint8Array; readonly done: number; readonly position: number },
): Promise<number> {
  const { target, done, position } = at;
  try {
    return (await file.read(target, done, target.byteLength - done, position + done)).bytesRead;
  } catch (cause) {
    throw new HostkeepError(
      'host/disk-read-failed',
      { path, position: position + done, errno: errnoOf(cause) ?? 'unknown' },
      cause,
    );
  }
}
