import { parentPort } from 'node:worker_threads';
import { toErrorData } from '#contract';
import type { Answer } from './messages.ts';

/** Answers the pool's requests, in a worker's entry file. */
export function serveThread<Request, Result>(handle: (request: Request) => Promise<Result>): void {
  const answer = async (request: Request): Promise<Answer<Result>> => {
    try {
      return { ok: true, result: await handle(request) };
    } catch (error) {
      return { ok: false, error: toErrorData(error) };
    }
  };
  parentPort?.on('message', (request: Request) => {
    void answer(request).then((reply) => parentPort?.postMessage(reply));
  });
}
