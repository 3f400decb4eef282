import { parentPort } from 'node:worker_threads';
import { toErrorData } from '#contract';
import type { NumberedAnswer, NumberedJob } from './job-threads.ts';

/** Answers the jobs of `jobThreads`, in a worker's entry file; several at once where they wait. `gives`: the memory that goes with a result. */
export function serveJobs<Job, Result>(
  handle: (job: Job) => Promise<Result>,
  gives: (result: Result) => readonly ArrayBuffer[],
): void {
  const answer = async ({ number, job }: NumberedJob<Job>): Promise<NumberedAnswer<Result>> => {
    try {
      return { number, answer: { ok: true, result: await handle(job) } };
    } catch (error) {
      return { number, answer: { ok: false, error: toErrorData(error) } };
    }
  };
  parentPort?.on('message', (asked: NumberedJob<Job>) => {
    void answer(asked).then((reply) => parentPort?.postMessage(reply, reply.answer.ok ? gives(reply.answer.result) : []));
  });
}
