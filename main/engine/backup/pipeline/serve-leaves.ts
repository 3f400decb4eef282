import { randomBytes } from 'node:crypto';
import { openStorage, type StorageDescriptor } from '#engine/storage';
import type { FinishedPack, SegmentSummary } from '#engine/repository';
import { serveThread } from '#engine/threads';
import { openDisk } from '../../formats/open-disk.ts';
import { leafWorker, type LeafWorker, type WorkerInput } from './leaf-worker.ts';

/** What a thread begins with. It composes its own storage, sources and randomness, which cannot be passed to it. */
export interface WorkerThreadData extends WorkerInput {
  readonly storageDescriptor: StorageDescriptor;
}
export type WorkerRequest =
  | { readonly kind: 'begin'; readonly data: WorkerThreadData }
  | { readonly kind: 'run'; readonly end: number; readonly segments: readonly SegmentSummary[] }
  | { readonly kind: 'close' };

let worker: LeafWorker | undefined;

serveThread<WorkerRequest, readonly FinishedPack[]>(async (request) => {
  if (request.kind === 'begin') worker = begun(request.data);
  else if (request.kind === 'run') {
    worker?.addSegments(request.segments);
    return (await worker?.run(request.end)) ?? [];
  } else {
    await worker?.close();
    worker = undefined;
  }
  return [];
});

function begun(data: WorkerThreadData): LeafWorker {
  return leafWorker(data, {
    storage: openStorage(data.storageDescriptor),
    random: { bytes: (length) => randomBytes(length) },
    openSource: (disk) => openDisk(disk.source, { direct: true }),
  });
}
