import { mergeCheckpoint } from '../../../main/lab/checkpoint.ts';
import { readLab } from '../../../main/lab/state.ts';
import { labVms } from '../../../main/lab/vms.ts';
import { finishJobs } from './cim/jobs.ts';
import type { World } from './world.ts';

/** The host gets over everything that passes by itself or by an administrator's hand: slow jobs end, merges go through. */
export async function settle(world: World): Promise<void> {
  world.faults.length = 0;
  await finishJobs(world);
  world.merging.clear();
  world.unmerged.clear();
  const { vms } = await readLab(world.options.home);
  for (const vm of labVms) {
    const held = world.snapshots.some((one) => one.vmId === vm.id && one.ours);
    if (vms[vm.name]!.checkpoint !== null && !held) await mergeCheckpoint(world.options.home, vm);
  }
  for (const [id, look] of world.vmState) world.vmState.set(id, { ...look, state: 'Running' });
}
