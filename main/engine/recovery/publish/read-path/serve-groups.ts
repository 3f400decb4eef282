import { workerData } from 'node:worker_threads';
import { openStorage, type StorageDescriptor } from '#engine/storage';
import { serveJobs } from '#engine/threads';
import { groupReader, type GroupJob, type OpenedGroup } from './open-group.ts';

/** What every thread is given: its own way to the storage, and the memory that all share. */
export interface GroupThreadData {
  readonly storageDescriptor: StorageDescriptor;
  readonly masterKey: Uint8Array;
  readonly memory: SharedArrayBuffer;
}

const { storageDescriptor, masterKey, memory } = workerData as GroupThreadData;
serveJobs<readonly GroupJob[], readonly OpenedGroup[]>(
  groupReader({ storage: openStorage(storageDescriptor), masterKey, memory }),
);
