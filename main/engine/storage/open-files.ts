import { open, type FileHandle } from 'node:fs/promises';
import { errnoOf } from '#files';

const keptFiles = 64;

/** Files open for reading, the least used closed first: packs are read in many small pieces. */
export interface OpenFiles {
  /** Runs `act` with the file, which stays open at least as long. */
  use<Result>(path: string, act: (file: FileHandle) => Promise<Result>): Promise<Result>;
  /** Closes one file, before it is removed. */
  forget(path: string): Promise<void>;
  /** Closes all; one in use when its user is done, and what is used afterwards at once. */
  close(): Promise<void>;
}

interface Kept {
  readonly file: Promise<FileHandle>;
  users: number;
  dropped: boolean;
}

export function openFiles(): OpenFiles {
  const kept = new Map<string, Kept>();
  let closed = false;

  const drop = async (path: string, entry: Kept): Promise<void> => {
    if (kept.get(path) === entry) kept.delete(path);
    entry.dropped = true;
    if (entry.users === 0) await (await entry.file).close();
  };
  const trim = async (): Promise<void> => {
    for (const [path, entry] of kept) {
      if (kept.size <= keptFiles) return;
      if (entry.users === 0) await drop(path, entry);
    }
  };
  const take = (path: string): Kept => {
    const entry = kept.get(path) ?? { file: open(path, 'r'), users: 0, dropped: closed };
    kept.delete(path);
    if (!closed) kept.set(path, entry);
    entry.users += 1;
    return entry;
  };

  return {
    async use(path, act) {
      const entry = take(path);
      try {
        return await act(await entry.file);
      } catch (error) {
        // A file that failed once may fail for ever: on a share that was away and came back it has to be opened anew.
        if (kept.get(path) === entry && errnoOf(error) !== undefined) {
          kept.delete(path);
          entry.dropped = await isOpened(entry.file);
        }
        throw error;
      } finally {
        entry.users -= 1;
        if (entry.dropped && entry.users === 0) await (await entry.file).close();
        await trim();
      }
    },
    async forget(path) {
      const entry = kept.get(path);
      if (entry !== undefined) await drop(path, entry);
    },
    async close() {
      closed = true;
      const ends = await Promise.allSettled([...kept].map(([path, entry]) => drop(path, entry)));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}

function isOpened(file: Promise<FileHandle>): Promise<boolean> {
  return file.then(
    () => true,
    () => false,
  );
}
