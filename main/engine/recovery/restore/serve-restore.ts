import { serveThread } from '#engine/threads';
import { openStorage, type StorageDescriptor } from '#engine/storage';
import { restoreLeaves, type RestoreInput } from './restore-leaves.ts';

/** The thread of one restore worker; it opens its own storage and output. */
export interface RestoreThreadData extends RestoreInput {
  readonly storageDescriptor: StorageDescriptor;
}

serveThread<RestoreThreadData, void>(async (data) => {
  const storage = openStorage(data.storageDescriptor);
  try {
    await restoreLeaves(data, storage);
  } finally {
    await storage.close();
  }
});
