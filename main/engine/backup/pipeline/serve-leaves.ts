import { randomBytes } from 'node:crypto';
import { workerData } from 'node:worker_threads';
import { openStorage, type StorageDescriptor } from '#engine/storage';
import type { FinishedPack, SegmentSummary } from '#engine/repository';
import { serveThread } from '#engine/threads';
import { openDisk } from '../../formats/open-disk.ts';
import { leafWorker, type WorkerInput } from './leaf-worker.ts';

/** The thread of one worker. It composes its own storage, sources and randomness, which cannot be passed to a thread. */
export interface WorkerThreadData extends WorkerInput {
  readonly storageDescriptor: StorageDescriptor;
}
export type WorkerRequest =
  | { readonly kind: 'run'; readonly end: number; readonly segments: readonly SegmentSummary[] }
  | { readonly kind: 'close' };

const data = workerData as WorkerThreadData;
const worker = leafWorker(data, {
  storage: openStorage(data.storageDescriptor),
  random: { bytes: (length) => randomBytes(length) },
  openSource: (disk) => openDisk(disk.source, { direct: true }),
});

serveThread<WorkerRequest, readonly FinishedPack[]>(async (request) => {
  if (request.kind === 'run') {
    worker.addSegments(request.segments);
    return worker.run(request.end);
  }
  await worker.close();
  return [];
});
