import { workerData } from 'node:worker_threads';
import { ownMemory } from '#engine/bytes';
import { openStorage, type StorageDescriptor } from '#engine/storage';
import { serveJobs } from '#engine/threads';
import { groupReader, type GroupJob, type OpenedGroup } from './open-group.ts';

/** What every thread is given: its own way to the storage. */
export interface GroupThreadData {
  readonly storageDescriptor: StorageDescriptor;
  readonly masterKey: Uint8Array;
}

const { storageDescriptor, masterKey } = workerData as GroupThreadData;
serveJobs<readonly GroupJob[], readonly OpenedGroup[]>(
  groupReader({ storage: openStorage(storageDescriptor), masterKey }),
  (groups) => groups.flatMap(({ bytes }) => ownMemory(bytes)),
);
