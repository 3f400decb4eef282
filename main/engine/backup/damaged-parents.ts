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
    if (broken !== undefined)
      warnings.push(`disk ${plan.index}: ${textOf(broken)}; the disk is read whole, and that is stored anew`);
  }
  return { plans: sound, warnings };
}

/** Without changed ranges all of it is read. */
function readAnew({ index, label, source, parent }: DiskPlan, broken: BrokenMap): DiskPlan {
  const whole = { index, label, source };
  return broken === 'all' || parent === undefined ? whole : { ...whole, parent, brokenLeaves: broken.leaves };
}

function textOf(broken: BrokenMap): string {
  if (broken === 'all') return 'its map in the restore point before is damaged';
  const { leaves, pieces } = broken;
  const parts = [
    ...(pieces > 0 ? [`${pieces} ${pieces === 1 ? 'piece' : 'pieces'} of its data`] : []),
    ...(leaves.size > 0 ? [`${leaves.size} ${leaves.size === 1 ? 'part' : 'parts'} of its map`] : []),
  ];
  return `${parts.join(' and ')} ${pieces + leaves.size === 1 ? 'is' : 'are'} damaged in the repository`;
}
