import { workerData } from 'node:worker_threads';
import { serveThread } from '#engine/threads';
import { openStorage, type StorageDescriptor } from '#engine/storage';
import { restoreLeaves, type RestoreInput } from './restore-leaves.ts';

/** The thread of one restore worker; it opens its own storage and output. */
export interface RestoreThreadData extends RestoreInput {
  readonly storageDescriptor: StorageDescriptor;
}

const data = workerData as RestoreThreadData;

serveThread<'run', void>(() => restoreLeaves(data, openStorage(data.storageDescriptor)));
