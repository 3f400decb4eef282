/** Worker threads that share work: requests, counters, buffers. Knows nothing of what they do; errors cross as data. */
export { alignedBuffer } from './aligned-buffer.ts';
export { reportEvery } from './report-progress.ts';
export { serveThread } from './serve-thread.ts';
export { sharedState, sharedStateMemory, type Counter, type SharedState } from './shared-state.ts';
export { threadPool, type ThreadPool } from './thread-pool.ts';
