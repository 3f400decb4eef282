import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { alignedBuffer } from '#engine/bytes';
import { errnoOf } from '#files';

/** What is gathered for one write. */
const stageBytes = 2 * 1024 * 1024;

/** A file written from its start to its end. */
export interface AppendFile {
  /** Takes the bytes, of which some may be written only when the next come or `flush` is called. */
  append(pieces: readonly Uint8Array[]): Promise<void>;
  /** When it returns, all is on the disk. */
  flush(): Promise<void>;
  /** Once is enough, twice harms nothing. */
  close(): Promise<void>;
}

/** Memory in which one file after the other gathers its bytes. */
export type Stages = Buffer[];

/**
 * Writes past the page cache where the system lets us: copying 1.3 GB of packs into it was a tenth of a first backup's processor time, and
 * pushed out what the host's guests have there. Such writes must be large and aligned, so bytes are gathered.
 */
export function appendFile(path: string, file: FileHandle, stages: Stages): AppendFile {
  const stage = stages.pop() ?? alignedBuffer(stageBytes);
  let [used, position] = [0, 0];
  let direct: Promise<FileHandle | undefined> | undefined;
  let closed = false;

  const writeStage = async (): Promise<void> => {
    direct ??= openDirect(path);
    const past = await direct;
    if (past === undefined || !(await wroteDirect(past, stage, position))) await writeAt(file, stage, position);
    // The stage may be another file's by now.
    if (closed) throw new Error('closed while it was written to');
    position += stage.length;
    used = 0;
  };
  return {
    async append(pieces) {
      for (const piece of pieces) {
        for (let taken = 0; taken < piece.byteLength;) {
          const part = piece.subarray(taken, taken + stage.length - used);
          stage.set(part, used);
          used += part.byteLength;
          taken += part.byteLength;
          if (used === stage.length) await writeStage();
        }
      }
    },
    async flush() {
      await writeAt(file, stage.subarray(0, used), position);
      await file.datasync();
    },
    async close() {
      if (closed) return;
      closed = true;
      stages.push(stage);
      await (await direct?.catch(() => undefined))?.close();
      await file.close();
    },
  };
}

/** Undefined where the system or the file system has no direct I/O. */
async function openDirect(path: string): Promise<FileHandle | undefined> {
  if (constants.O_DIRECT === undefined) return undefined;
  try {
    return await open(path, constants.O_WRONLY | constants.O_DIRECT);
  } catch (error) {
    if (errnoOf(error) === 'EINVAL') return undefined;
    throw error;
  }
}

/** False where the file system has direct I/O, but not for these bytes: blocks of more than 4 KiB, for example. */
async function wroteDirect(file: FileHandle, bytes: Uint8Array, position: number): Promise<boolean> {
  try {
    await writeAt(file, bytes, position);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EINVAL') return false;
    throw error;
  }
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength;)
    done += (await file.write(bytes, done, bytes.byteLength - done, position + done)).bytesWritten;
}
