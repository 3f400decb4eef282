import { Worker } from 'node:worker_threads';
import { fromErrorData, HostkeepError } from '#contract';
import type { Answer } from './messages.ts';

/** Threads that each work on a few jobs of their own; whoever has the fewest gets the next. */
export interface JobThreads<Job, Result> {
  /** @throws what the job threw; HostkeepError internal/bug when its thread died */
  run(job: Job): Promise<Result>;
  terminate(): Promise<void>;
}

/** A job on its way to a thread, and its answer: a thread may answer in another order than it was asked. */
export interface NumberedJob<Job> {
  readonly number: number;
  readonly job: Job;
}
export interface NumberedAnswer<Result> {
  readonly number: number;
  readonly answer: Answer<Result>;
}

interface Waiting<Result> {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** `data`: what every thread is given when it starts. */
export function jobThreads<Job, Result>(url: URL, threads: number, data: object): JobThreads<Job, Result> {
  const lanes = Array.from({ length: threads }, () => lane<Job, Result>(new Worker(url, { workerData: data })));
  return {
    run: (job) => lanes.reduce((least, each) => (each.load() < least.load() ? each : least)).run(job),
    terminate: async () => void (await Promise.all(lanes.map((each) => each.terminate()))),
  };
}

interface Lane<Job, Result> {
  /** Infinite once the thread is gone. */
  load(): number;
  run(job: Job): Promise<Result>;
  terminate(): Promise<void>;
}

function lane<Job, Result>(worker: Worker): Lane<Job, Result> {
  const waiting = new Map<number, Waiting<Result>>();
  let next = 0;
  let lost: HostkeepError | undefined;
  const lose = (why: string, cause?: unknown): void => {
    lost ??= new HostkeepError('internal/bug', { message: why }, cause);
    for (const { reject } of waiting.values()) reject(lost);
    waiting.clear();
  };
  worker.on('message', ({ number, answer }: NumberedAnswer<Result>) => {
    const asked = waiting.get(number);
    waiting.delete(number);
    if (answer.ok) asked?.resolve(answer.result);
    else asked?.reject(fromErrorData(answer.error));
  });
  worker.once('error', (error) => lose('a worker thread failed', error));
  worker.once('exit', () => lose('a worker thread ended early'));
  return {
    load: () => (lost === undefined ? waiting.size : Number.POSITIVE_INFINITY),
    run(job) {
      if (lost !== undefined) return Promise.reject(lost);
      return new Promise((resolve, reject) => {
        next += 1;
        waiting.set(next, { resolve, reject });
        worker.postMessage({ number: next, job } satisfies NumberedJob<Job>);
      });
    },
    terminate: async () => void (await worker.terminate()),
  };
}
