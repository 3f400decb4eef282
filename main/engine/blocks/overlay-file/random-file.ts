import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { HostkeepError } from '#contract';
import { errnoOf } from '#files';

/** A file that is read and written anywhere. Nothing written is safe before `sync` has returned. */
export interface RandomFile {
  readonly sizeBytes: () => Promise<number>;
  /** All of `target`; bytes past the end of the file are zeros. */
  read(position: number, target: Uint8Array): Promise<void>;
  write(position: number, bytes: Uint8Array): Promise<void>;
  truncate(bytes: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file of an overlay, and makes it where it is not there. @throws HostkeepError overlay/failed */
export async function openRandomFile(path: string): Promise<RandomFile> {
  const file = await overlayErrors(path, () => open(path, constants.O_RDWR | constants.O_CREAT, 0o600));
  return {
    sizeBytes: () => overlayErrors(path, async () => (await file.stat()).size),
    read: (position, target) => overlayErrors(path, () => readAll(file, position, target)),
    write: (position, bytes) => overlayErrors(path, () => writeAll(file, position, bytes)),
    truncate: (bytes) => overlayErrors(path, () => file.truncate(bytes)),
    sync: () => overlayErrors(path, () => file.datasync()),
    close: () => overlayErrors(path, () => file.close()),
  };
}

async function readAll(file: FileHandle, position: number, target: Uint8Array): Promise<void> {
  for (let done = 0; done < target.byteLength;) {
    const { bytesRead } = await file.read(target, done, target.byteLength - done, position + done);
    if (bytesRead === 0) return void target.fill(0, done);
    done += bytesRead;
  }
}

async function writeAll(file: FileHandle, position: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.byteLength;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.byteLength - done, position + done);
    done += bytesWritten;
  }
}

/** Runs an act on an overlay's file; a full disk is told as a full overlay. */
export async function overlayErrors<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    const errno = errnoOf(cause) ?? null;
    const code = errno === 'ENOSPC' || errno === 'EDQUOT' ? 'overlay/full' : 'overlay/failed';
    throw new HostkeepError(code, { path, errno }, cause);
  }
}
