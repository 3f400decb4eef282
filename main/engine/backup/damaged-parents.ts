import { brokenMap, listDamage, newDamage, type BrokenMap, type Repository } from '#engine/repository';
import type { DiskPlan } from './pipeline/disk-plan.ts';

export interface SoundPlans {
  readonly plans: readonly DiskPlan[];
  /** What of the disks is damaged in the repository and stored anew: sentences for the operator. */
  readonly warnings: readonly string[];
}

/**
 * The plans of a run into a repository that is known to be damaged: a disk of which something lies in a damaged place is read whole, whatever
 * has changed of it, so that all that the VM still has is stored anew. @throws HostkeepError storage/*
 */
export async function withoutDamage(repository: Repository, plans: readonly DiskPlan[]): Promise<SoundPlans> {
  const damaged = await listDamage(repository.storage);
  if (damaged.length === 0) return { plans, warnings: [] };
  const damage = newDamage(damaged);
  const sound: DiskPlan[] = [];
  const warnings: string[] = [];
  for (const plan of plans) {
    const broken = plan.parent === undefined ? undefined : await brokenMap(repository, plan.parent, damage);
    sound.push(broken === undefined ? plan : readAnew(plan, broken));
    if (broken !== undefined) warnings.push(textOf(plan.index, broken));
  }
  return { plans: sound, warnings };
}

/** Without changed ranges all of it is read. */
function readAnew({ index, label, source, parent }: DiskPlan, broken: BrokenMap): DiskPlan {
  const whole = { index, label, source };
  return broken === 'all' || parent === undefined ? whole : { ...whole, parent, brokenLeaves: broken.leaves };
}

function textOf(disk: number, broken: BrokenMap): string {
  if (broken === 'all') return `disk ${disk}: its map in the restore point before is damaged; it is read whole and stored anew`;
  const { leaves, pieces } = broken;
  return `disk ${disk}: damaged in the repository (pieces of its data: ${pieces}, of its map: ${leaves.size}); it is read whole, and that is stored anew`;
}
