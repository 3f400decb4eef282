import { randomBytes } from 'node:crypto';
import { openStorage, type Storage, type StorageDescriptor } from '#engine/storage';
import type { FinishedPack, SegmentSummary } from '#engine/repository/chunks';
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

interface Work {
  readonly worker: LeafWorker;
  readonly storage: Storage;
}

let work: Work | undefined;

serveThread<WorkerRequest, readonly FinishedPack[]>(async (request) => {
  if (request.kind === 'begin') work = begun(request.data);
  else if (request.kind === 'run') {
    work?.worker.addSegments(request.segments);
    return (await work?.worker.run(request.end)) ?? [];
  } else await ended();
  return [];
});

function begun(data: WorkerThreadData): Work {
  const storage = openStorage(data.storageDescriptor);
  const worker = leafWorker(data, {
    storage,
    random: { bytes: (length) => randomBytes(length) },
    openSource: (disk) => openDisk(disk.source, { direct: true }),
  });
  return { worker, storage };
}

/** The thread may serve another VM: nothing of this one stays open. */
async function ended(): Promise<void> {
  const ending = work;
  work = undefined;
  try {
    await ending?.worker.close();
  } finally {
    await ending?.storage.close();
  }
}
