import type { FinishedPack } from '#engine/repository';
import { threadPool, type ThreadPool } from '#engine/threads';
import type { WorkerRequest } from './serve-leaves.ts';

export type LeafPool = ThreadPool<WorkerRequest, readonly FinishedPack[]>;

/** Threads that work through leaves, kept from one VM to the next: to start them takes longer than to read a small VM's changes. */
export interface LeafThreads {
  /** Idle threads, or new ones. */
  take(): LeafPool;
  /** Only threads that ended their work in order. */
  giveBack(pool: LeafPool): void;
  /** Ends the idle threads; to be called when no others are left. */
  close(): Promise<void>;
}

const defaultThreads = 2;

/** `warm` starts the first threads at once, to be up when the work is known. */
export function leafThreads(options: { readonly threads?: number; readonly warm?: boolean } = {}): LeafThreads {
  const url = new URL('./worker-thread.js', import.meta.url);
  const started = (): LeafPool => threadPool(url, options.threads ?? defaultThreads);
  const idle: LeafPool[] = options.warm === true ? [started()] : [];
  return {
    take: () => idle.pop() ?? started(),
    giveBack: (pool) => void idle.push(pool),
    close: async () => void (await Promise.all(idle.map((pool) => pool.terminate()))),
  };
}
