import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { fromErrorData, HostkeepError } from '#contract';
import { allOf } from './all-of.ts';
import type { Answer } from './messages.ts';

/** Threads that all get the same requests and share the work among themselves. */
export interface ThreadPool<Request, Result> {
  /** Every thread's answer. When one fails, `stop` is called, and its error is thrown once all have answered. */
  ask(request: Request, stop?: () => void): Promise<readonly Result[]>;
  terminate(): Promise<void>;
}

/** A small nursery: what workers throw away is mostly large buffers, which are only freed when it is collected (unless they are given back). */
const smallNursery = 1;
/**
 * A thread keeps little and throws away much: by default V8 marks its whole heap for a few MB of that. With this the heap grows to
 * nearly three times what lives before the next marking: half the marks for 20 MiB in all. (At four times it would be 70 MiB.)
 */
const heapGrowing = '--heap-growing-percent=180';

/** `youngMegabytes`: the nursery of each thread. */
export function threadPool<Request, Result>(
  url: URL,
  threads: number,
  youngMegabytes = smallNursery,
): ThreadPool<Request, Result> {
  setFlagsFromString(heapGrowing);
  const workers = Array.from(
    { length: threads },
    () => new Worker(url, { resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes } }),
  );
  // A thread that ended by itself answers nothing any more.
  let lost: HostkeepError | undefined;
  for (const worker of workers) {
    worker.once('error', (error) => (lost ??= threadFailed(error)));
    worker.once('exit', (code) => (lost ??= threadEnded(code)));
  }
  return {
    async ask(request, stop) {
      if (lost !== undefined) throw lost;
      const answers = workers.map((worker) =>
        askOne<Request, Result>(worker, request).catch((error: unknown) => {
          stop?.();
          throw error;
        }),
      );
      return allOf(answers);
    },
    terminate: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  };
}

function threadFailed(cause: unknown): HostkeepError {
  return new HostkeepError('internal/bug', { message: 'a worker thread failed' }, cause);
}

function threadEnded(code: number): HostkeepError {
  return new HostkeepError('internal/bug', { message: 'a worker thread ended early', code });
}

function askOne<Request, Result>(worker: Worker, request: Request): Promise<Result> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    const onMessage = (answer: Answer<Result>): void =>
      settle(() => (answer.ok ? resolve(answer.result) : reject(fromErrorData(answer.error))));
    const onError = (error: unknown): void => settle(() => reject(threadFailed(error)));
    const onExit = (code: number): void => settle(() => reject(threadEnded(code)));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.postMessage(request);
  });
}
