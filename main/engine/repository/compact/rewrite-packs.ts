import type { OnProgress } from '#contract';
import { packWriter } from '../pack/pack-writer.ts';
import type { PackDirectory } from '../pack/pack-reader.ts';
import type { Repository } from '../repository.ts';
import type { LiveChunks } from './live-chunks.ts';

interface Work {
  readonly sparse: readonly PackDirectory[];
  readonly live: LiveChunks;
}

/** Copies the needed chunks of packs into new packs, each proved by its id on the way. Published when it returns. */
export async function rewritePacks(
  repository: Repository,
  work: Work,
  options: { readonly onProgress: OnProgress; readonly signal: AbortSignal },
): Promise<void> {
  const { chunks } = await repository.reading();
  const writer = packWriter(repository);
  const totalBytes = work.sparse.reduce((sum, directory) => sum + directory.fileBytes, 0);
  let doneBytes = 0;
  try {
    for (const directory of work.sparse) {
      options.signal.throwIfAborted();
      for (const group of directory.groups) {
        for (const chunk of group.chunks) {
          if (!work.live.isLive(directory.packId, group.ordinal, chunk.offset)) continue;
          await writer.add(group.kind, chunk.id, await chunks.read(group.kind, chunk.id));
        }
      }
      doneBytes += directory.fileBytes;
      options.onProgress({ phase: 'compact', doneBytes, totalBytes });
    }
    await writer.finish();
  } finally {
    await writer.discard();
  }
}
