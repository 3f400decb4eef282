import { threadPool, type ThreadPool } from '#engine/threads';
import type { RestoreThreadData } from './serve-restore.ts';

export type RestoreThreads = ThreadPool<RestoreThreadData, undefined>;

const threads = 2;
/** All large buffers of a restore are given back at once; what is left is small and much: a small nursery is collected hundreds of times. */
const youngMegabytes = 8;

/** Starts the threads of one restore; whoever starts them ends them. */
export function restoreThreads(): RestoreThreads {
  return threadPool(new URL('./restore-thread.js', import.meta.url), threads, youngMegabytes);
}
