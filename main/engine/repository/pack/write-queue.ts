/** One thing to do for the storage: bytes to append to a file, or an act that must come after them. */
type Job<File> = { readonly file: File; readonly bytes: Buffer } | { readonly act: () => Promise<void> };

/** Does jobs in order while the caller computes. Bytes that wait for the same file go out in one write. */
export interface WriteQueue<File> {
  append(file: File, bytes: Buffer): void;
  after(act: () => Promise<void>): void;
  /** Bytes taken and not yet written. */
  waitingBytes(): number;
  /** Resolves when all is done. @throws the first failure, ever after */
  settled(): Promise<void>;
}

const largestWrite = 2 * 1024 * 1024;

export function writeQueue<File>(write: (file: File, bytes: Buffer) => Promise<void>): WriteQueue<File> {
  const jobs: Job<File>[] = [];
  let waiting = 0;
  let running: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  const nextWrite = (first: { readonly file: File; readonly bytes: Buffer }): Buffer => {
    const pieces = [first.bytes];
    let length = first.bytes.length;
    for (let next = jobs[0]; next !== undefined && 'bytes' in next && next.file === first.file; next = jobs[0]) {
      if (length + next.bytes.length > largestWrite) break;
      pieces.push(next.bytes);
      length += next.bytes.length;
      jobs.shift();
    }
    return pieces.length === 1 ? first.bytes : Buffer.concat(pieces, length);
  };
  const drain = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      if ('act' in job) await job.act();
      else {
        const bytes = nextWrite(job);
        await write(job.file, bytes);
        waiting -= bytes.length;
      }
    }
  };
  const start = (): void => {
    if (failure !== undefined) return;
    running ??= drain().then(
      () => {
        running = undefined;
        // What came between the end of the loop and here found a queue that seemed to run.
        if (jobs.length > 0) start();
      },
      (error: unknown) => {
        failure = { error };
        running = undefined;
      },
    );
  };

  return {
    append(file, bytes) {
      waiting += bytes.length;
      jobs.push({ file, bytes });
      start();
    },
    after(act) {
      jobs.push({ act });
      start();
    },
    waitingBytes: () => waiting,
    async settled() {
      while (running !== undefined) await running;
      if (failure !== undefined) throw failure.error;
    },
  };
}
