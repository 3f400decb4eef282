import { Worker } from 'node:worker_threads';
import type { FuzzMessage } from './fuzz-thread.ts';

export interface FuzzWanted {
  readonly count: number;
  readonly seed: number;
  readonly first: number;
  /** Only this one; all of them in turn when it is not given. */
  readonly subject?: string;
  /** Only these groups; all when it is not given. */
  readonly groups?: 'file systems' | 'other formats';
}

export interface FuzzReport {
  readonly cases: number;
  /** Cases that ended with a coded error at once; the others were read, in part at least. */
  readonly coded: number;
  readonly bad: readonly { readonly index: number; readonly text: string }[];
  readonly peakBytes: number;
}

/** Generous, since the machine may be busy with other things; a hang has no end at all. */
const hangMs = 60_000;
const memoryLimit = 512 * 1024 * 1024;

/** Reads so many mutated images. A case that hangs ends the run and is told. */
export function runFuzz(wanted: FuzzWanted): Promise<FuzzReport> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./fuzz-thread.ts', import.meta.url), { workerData: wanted });
    const bad: { index: number; text: string }[] = [];
    let current = wanted.first;
    const finish = (report: Pick<FuzzReport, 'coded' | 'peakBytes'>): void => {
      clearTimeout(timer);
      if (report.peakBytes > memoryLimit) bad.push({ index: current, text: `memory ${report.peakBytes}` });
      void worker.terminate();
      resolve({ cases: current - wanted.first + 1, bad, ...report });
    };
    const onHang = (): void => {
      bad.push({ index: current, text: `no end after ${hangMs} ms` });
      finish({ coded: 0, peakBytes: 0 });
    };
    let timer = setTimeout(onHang, hangMs * 3);
    worker.on('message', (message: FuzzMessage) => {
      clearTimeout(timer);
      timer = setTimeout(onHang, hangMs);
      if (message.kind === 'case') current = message.index;
      else if (message.kind === 'bad') bad.push(message);
      else finish(message);
    });
    worker.on('error', reject);
  });
}
