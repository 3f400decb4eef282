import type { ByteRange, RestorePoint } from '#contract';
import { coalesce, subtract, totalLength, wholeUnits, type BlockSource } from '#engine/blocks';
import { blockBytes, type Repository } from '#engine/repository';
import { openStoredDisk } from '../../recovery/point-disk.ts';
import type { DiskPlan, SkipPlan } from '../pipeline/disk-plan.ts';
import type { GuestVolumes } from '../guest-volumes.ts';
import type { PlacedVolume } from './guest-layout.ts';

/** Changes when other content is left out than before: then a run cannot tell what the one before it left out. */
const rules = 1;

export interface SkipOptions {
  readonly enabled: boolean;
  /** Whether the guest brought its file systems to rest before the disks were taken. */
  readonly quiesced: boolean;
  /** The restore point that the plans' `changed` count from. */
  readonly parent: RestorePoint | undefined;
  /** Those of the plans' disks, in their order. */
  readonly volumes: GuestVolumes;
}

/**
 * The plans with what need not be read of each disk. What the parent left out and the guest uses now counts as changed, so
 * that nothing a file uses is ever missing, whatever the host's change tracking saw.
 */
export async function planSkips(
  repository: Repository,
  plans: readonly DiskPlan[],
  options: SkipOptions,
): Promise<readonly DiskPlan[]> {
  const { enabled, quiesced, volumes } = options;
  const skips = enabled ? await skipsOf(await volumes.find(), { disks: plans.length, quiesced }) : [];
  const before = await skipsOfPoint(repository, options.parent);
  return plans.map((plan, at) => {
    const skip = skips[at];
    const withSkip = skip === undefined || skip.ranges.length === 0 ? plan : { ...plan, skip };
    if (plan.parent?.skipped === undefined || plan.changed === undefined) return withSkip;
    const known = before?.get(plan.parent.index);
    if (known === undefined) return readWhole(withSkip);
    return { ...withSkip, changed: [...plan.changed, ...subtract(known, skip?.ranges ?? [])] };
  });
}

function readWhole(plan: DiskPlan): DiskPlan {
  const { changed, ...rest } = plan;
  return changed === undefined ? plan : rest;
}

/** What a point left out, by disk index: its volumes say the same as they did then. Undefined when the rules were others. */
async function skipsOfPoint(
  repository: Repository,
  point: RestorePoint | undefined,
): Promise<ReadonlyMap<number, readonly ByteRange[]> | undefined> {
  const first = point?.disks.find((disk) => disk.skipped !== undefined)?.skipped;
  if (point === undefined || first === undefined || first.rules !== rules) return undefined;
  const sources: BlockSource[] = [];
  for (const disk of point.disks) sources.push(await openStoredDisk(repository, disk));
  const { placeVolumes } = await import('./guest-layout.ts');
  const skips = await skipsOf(await placeVolumes(sources), { disks: sources.length, quiesced: first.quiesced });
  return new Map(point.disks.map((disk, at) => [disk.index, skips[at]!.ranges]));
}

async function skipsOf(
  volumes: readonly PlacedVolume[],
  { disks, quiesced }: { readonly disks: number; readonly quiesced: boolean },
): Promise<readonly SkipPlan[]> {
  const { unusedRanges } = await import('./unused-ranges.ts');
  const none = (): ByteRange[][] => Array.from({ length: disks }, () => []);
  const [free, excluded] = [none(), none()];
  for (const volume of volumes) {
    const unused = await unusedRanges(volume, quiesced);
    for (const range of unused.free) for (const at of volume.onDisks(range)) free[at.disk]!.push(at);
    for (const range of unused.excluded) for (const at of volume.onDisks(range)) excluded[at.disk]!.push(at);
  }
  return free.map((ranges, disk) => {
    const freeBlocks = blocksOf(ranges);
    const excludedBlocks = blocksOf(excluded[disk]!);
    const record = { rules, quiesced, freeBytes: totalLength(freeBlocks), excludedBytes: totalLength(excludedBlocks) };
    return { ranges: coalesce([...freeBlocks, ...excludedBlocks]), record };
  });
}

function blocksOf(ranges: readonly ByteRange[]): readonly ByteRange[] {
  return wholeUnits(
    coalesce(ranges).map(({ offset, length }) => ({ offset, length })),
    blockBytes,
  );
}
