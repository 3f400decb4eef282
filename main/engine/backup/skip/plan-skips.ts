import type { ByteRange, RestorePoint } from '#contract';
import { coalesce, subtract, throttled, totalLength, wholeUnits, type BlockSource } from '#engine/blocks';
import { blockBytes, type Repository } from '#engine/repository';
import { openDisk } from '../../formats/open-disk.ts';
import { openStoredDisk } from '../../recovery/point-disk.ts';
import type { DiskPlan, SkipPlan } from '../pipeline/disk-plan.ts';
import { readLoad, readPace, type ReadLoad } from '../load/read-load.ts';

/** Changes when other content is left out than before: then a run cannot tell what the one before it left out. */
const rules = 1;

export interface SkipOptions {
  readonly enabled: boolean;
  /** Whether the guest brought its file systems to rest before the disks were taken. */
  readonly quiesced: boolean;
  /** The restore point that the plans' `changed` count from. */
  readonly parent: RestorePoint | undefined;
  /** The load that reading the guests' file systems is part of. */
  readonly load?: ReadLoad | undefined;
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
  const skips = options.enabled ? await skipsOfPlans(plans, options.quiesced, options.load ?? readLoad()) : [];
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

async function skipsOfPlans(plans: readonly DiskPlan[], quiesced: boolean, load: ReadLoad): Promise<readonly SkipPlan[]> {
  const pace = readPace(load.memory);
  const disks: BlockSource[] = [];
  try {
    for (const plan of plans) disks.push(throttled(await openDisk(plan.source), pace));
    return await skipsOf(disks, quiesced);
  } finally {
    for (const disk of disks) await disk.close();
  }
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
  const skips = await skipsOf(sources, first.quiesced);
  return new Map(point.disks.map((disk, at) => [disk.index, skips[at]!.ranges]));
}

async function skipsOf(disks: readonly BlockSource[], quiesced: boolean): Promise<readonly SkipPlan[]> {
  // The file systems are loaded by those runs alone that look into them.
  const { placeVolumes } = await import('./guest-layout.ts');
  const { unusedRanges } = await import('./unused-ranges.ts');
  const free = disks.map((): ByteRange[] => []);
  const excluded = disks.map((): ByteRange[] => []);
  for (const volume of await placeVolumes(disks)) {
    const unused = await unusedRanges(volume, quiesced);
    for (const range of unused.free) for (const at of volume.onDisks(range)) free[at.disk]!.push(at);
    for (const range of unused.excluded) for (const at of volume.onDisks(range)) excluded[at.disk]!.push(at);
  }
  return disks.map((_, disk) => {
    const freeBlocks = blocksOf(free[disk]!);
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
