import { giveBack } from '#engine/bytes';

/** One thing to do for the storage: bytes to append to a file, or the end of a file, which must come after its bytes. */
type Job<File> = { readonly file: File; readonly bytes: Buffer } | { readonly end: () => Promise<void> };

/** Does jobs in order while the caller computes. Bytes that wait for the same file go out in one write. */
export interface WriteQueue<File> {
  /** The bytes are the queue's from now on: it gives their memory back when they are written. */
  append(file: File, bytes: Buffer): void;
  /** Ends a file, which may take long: bytes of the next file are written meanwhile, the next end is not begun. */
  end(act: () => Promise<void>): void;
  /** Bytes taken and not yet written. */
  waitingBytes(): number;
  /** Resolves when all bytes are written, though perhaps not ended. @throws the first failure, ever after */
  written(): Promise<void>;
  /** Resolves when all is done. @throws the first failure, ever after */
  settled(): Promise<void>;
}

const largestWrite = 2 * 1024 * 1024;

export function writeQueue<File>(write: (file: File, pieces: readonly Buffer[]) => Promise<void>): WriteQueue<File> {
  const jobs: Job<File>[] = [];
  let waiting = 0;
  let running: Promise<void> | undefined;
  let ending: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => void (failure ??= { error });

  const nextWrite = (first: Buffer, file: File): readonly Buffer[] => {
    const pieces = [first];
    let length = first.length;
    for (let next = jobs[0]; next !== undefined && 'bytes' in next && next.file === file; next = jobs[0]) {
      if (length + next.bytes.length > largestWrite) break;
      pieces.push(next.bytes);
      length += next.bytes.length;
      jobs.shift();
    }
    return pieces;
  };
  const drain = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined && failure === undefined; job = jobs.shift()) {
      if ('end' in job) {
        await ending;
        if (failure === undefined) ending = job.end().catch(fail);
      } else {
        const pieces = nextWrite(job.bytes, job.file);
        await write(job.file, pieces);
        for (const piece of pieces) {
          waiting -= piece.length;
          giveBack(piece);
        }
      }
    }
  };
  const start = (): void => {
    if (failure !== undefined) return;
    running ??= drain()
      .catch(fail)
      .then(() => {
        running = undefined;
        // What came between the end of the loop and here found a queue that seemed to run.
        if (jobs.length > 0) start();
      });
  };
  const written = async (): Promise<void> => {
    while (running !== undefined) await running;
    if (failure !== undefined) throw failure.error;
  };

  return {
    append(file, bytes) {
      waiting += bytes.length;
      jobs.push({ file, bytes });
      start();
    },
    end(act) {
      jobs.push({ end: act });
      start();
    },
    waitingBytes: () => waiting,
    written,
    async settled() {
      try {
        await written();
      } finally {
        // Also after a failure: nothing may go on when this has ended.
        await ending;
      }
      await written();
    },
  };
}
