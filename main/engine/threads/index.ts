/** Worker threads that share work: requests and counters. Knows nothing of what they do; errors cross as data. */
export { boundNursery } from './bounded-nursery.ts';
export { reportEvery } from './report-progress.ts';
export { serveThread } from './serve-thread.ts';
export { sharedState, sharedStateMemory, type Counter, type SharedState } from './shared-state.ts';
export { threadPool, type ThreadPool } from './thread-pool.ts';
export { jobThreads, type JobThreads } from './job-threads.ts';
export { serveJobs } from './serve-jobs.ts';
export { claimedTasks } from './claimed-tasks.ts';
export { readAhead } from './read-ahead.ts';
export { allOf } from './all-of.ts';
