import type { DiskRecord } from '#contract';
import { mergeSegments, type Repository } from '#engine/repository';
import type { OpenedDisk } from '../../formats/open-disk.ts';
import { diskTask, openAll, type DiskPlan } from './disk-plan.ts';
import { sharedState, sharedStateMemory, type SharedState } from '#engine/threads';
import { storeLeaves, type BackupOptions, type StoredLeaves } from './store-leaves.ts';

export interface BackedUpDisks {
  readonly disks: readonly DiskRecord[];
  readonly readBytes: number;
  /** Bytes added to the storage: sealed chunks, pack directories and index. */
  readonly newBytes: number;
  /** What would have been read, had the guests used it. */
  readonly skippedBytes: number;
}

/** A temporary file so old belongs to no run that still goes on. */
const abandonedAfterMs = 24 * 60 * 60 * 1000;

/**
 * Reads disks and stores what is new, in as many threads as help. When it returns, all chunks are published and indexed,
 * so that a restore point may name the maps. A call that throws leaves whole packs at most, which the next run adopts.
 */
export async function backupDisks(
  repository: Repository,
  plans: readonly DiskPlan[],
  options: BackupOptions,
): Promise<BackedUpDisks> {
  await repository.storage.sweep(abandonedAfterMs);
  const opened = await openAll(plans);
  try {
    const disks = await Promise.all(plans.map((plan, at) => diskTask(repository, plan, opened[at]!)));
    const state = sharedState(sharedStateMemory(disks.length));
    const stored = await storeLeaves(repository, { disks, state }, options);
    await mergeSegments(repository);
    const records = plans.map((plan, at) => recordOf(plan, opened[at]!, { stored, state, at }));
    return { disks: records, readBytes: state.total('read'), newBytes: stored.newBytes, skippedBytes: state.total('skipped') };
  } finally {
    for (const source of opened) await source.close();
  }
}

function recordOf(
  plan: DiskPlan,
  source: OpenedDisk,
  of: { readonly stored: StoredLeaves; readonly state: SharedState; readonly at: number },
): DiskRecord {
  const { stored, state, at } = of;
  const { blockSize, diskId, fixed } = source.image;
  const share = state.counted('newPlain', at) / Math.max(1, state.total('newPlain'));
  return {
    index: plan.index,
    label: plan.label,
    sizeBytes: source.sizeBytes,
    logicalSectorSize: source.logicalSectorSize,
    physicalSectorSize: source.physicalSectorSize,
    blockSize,
    diskId,
    fixed,
    map: stored.maps[at]!,
    readBytes: state.counted('read', at),
    newBytes: Math.round(stored.newBytes * share),
    ...(plan.skip === undefined ? {} : { skipped: { ...plan.skip.record, notReadBytes: state.counted('skipped', at) } }),
  };
}
