import type { ByteRange, DiskRecord, SkippedContent } from '#contract';
import { coalesce } from '#engine/blocks';
import { chunkIdBytes, leafBytes, leafCountOf, readLeafIds, zeroId, type Repository } from '#engine/repository';
import type { DiskDescriptor } from '../../formats/disk-descriptor.ts';
import { openDisk, type OpenedDisk } from '../../formats/open-disk.ts';
import { findEmptyLeaves } from './empty-leaves.ts';
import type { DiskTask } from './task.ts';

/** One disk to back up. */
export interface DiskPlan {
  readonly index: number;
  readonly label: string;
  readonly source: DiskDescriptor;
  /** What changed since `parent`; without it everything is read. Means nothing without `parent`. */
  readonly changed?: readonly ByteRange[];
  /** The same disk in the restore point before: unchanged chunks are recognised by their place. */
  readonly parent?: DiskRecord;
  /** Leaves of the parent's map that cannot be read: they count as empty, and all is read. */
  readonly brokenLeaves?: ReadonlySet<number>;
  /** What the guest does not use. */
  readonly skip?: SkipPlan;
}

/** What of a disk is not read since the guest's file systems do not use it; it is restored as zeros. */
export interface SkipPlan {
  /** Sorted, of whole blocks. */
  readonly ranges: readonly ByteRange[];
  readonly record: Omit<SkippedContent, 'notReadBytes'>;
}

export async function openAll(plans: readonly DiskPlan[]): Promise<readonly OpenedDisk[]> {
  const opened: OpenedDisk[] = [];
  try {
    for (const plan of plans) opened.push(await openDisk(plan.source));
    return opened;
  } catch (error) {
    for (const source of opened) await source.close();
    throw error;
  }
}

/** What the workers are told of a disk. */
export async function diskTask(repository: Repository, plan: DiskPlan, source: OpenedDisk): Promise<DiskTask> {
  const { sizeBytes } = source;
  const leafCount = leafCountOf(sizeBytes);
  // A disk that was resized has another map; it is read as new, and its chunks are recognised by content.
  const parent = plan.parent?.sizeBytes === sizeBytes ? plan.parent : undefined;
  const changed = parent === undefined || plan.changed === undefined ? undefined : coalesce(plan.changed);
  const parentLeafIds =
    parent === undefined
      ? undefined
      : await readLeafIds((await repository.reading()).chunks, parent, { first: 0, end: leafCount });
  for (const leaf of plan.brokenLeaves ?? []) if (parentLeafIds !== undefined) zeroId.copy(parentLeafIds, leaf * chunkIdBytes);
  const leafIds = new Uint8Array(new SharedArrayBuffer(leafCount * chunkIdBytes));
  if (parentLeafIds !== undefined) leafIds.set(parentLeafIds);
  return {
    source: plan.source,
    sizeBytes,
    leaves: changed === undefined ? await leavesWithData(source, leafIds) : leavesTouched(sizeBytes, changed),
    changed,
    skip: plan.skip?.ranges ?? [],
    parentLeafIds,
    leafIds,
  };
}

/** Leaves to read of a whole disk; those that hold nothing get their id here. */
async function leavesWithData(source: OpenedDisk, leafIds: Uint8Array): Promise<Uint32Array> {
  const empty = new Uint8Array(leafCountOf(source.sizeBytes));
  await findEmptyLeaves(source, (leaf, id) => {
    empty[leaf] = 1;
    leafIds.set(id, leaf * chunkIdBytes);
  });
  return Uint32Array.from(empty.keys().filter((leaf) => empty[leaf] === 0));
}

function leavesTouched(sizeBytes: number, changed: readonly ByteRange[]): Uint32Array {
  const touched = new Set<number>();
  for (const range of changed) {
    const end = Math.min(sizeBytes, range.offset + range.length);
    for (let leaf = Math.floor(range.offset / leafBytes); leaf * leafBytes < end; leaf += 1) touched.add(leaf);
  }
  return Uint32Array.from(touched).toSorted();
}
