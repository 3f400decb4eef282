import { labVms } from '../../../main/lab/vms.ts';
import type { FaultName, World } from './world.ts';

/** What a fault does to the world; others decide only what a request is answered. */
export function happen(world: World, fault: FaultName, vmId: string): void {
  const look = world.vmState.get(vmId) ?? {};
  if (fault === 'vm-vanishes') {
    world.gone.add(vmId);
    // Its checkpoints and reference points go with it; so would those of others, which the tests want to see again.
    world.snapshots = world.snapshots.filter((one) => one.vmId !== vmId || !one.ours);
    world.points = world.points.filter((one) => one.vmId !== vmId || !one.ours);
  }
  if (fault === 'vm-pauses') world.vmState.set(vmId, { ...look, state: 'PausedCritical' });
  if (fault === 'name-duplicate') {
    const name = labVms.find((vm) => vm.id === vmId)?.name ?? '';
    for (const other of labVms) if (other.id !== vmId) world.vmState.set(other.id, { ...world.vmState.get(other.id), name });
  }
  if (fault === 'merge-hangs') world.merging.add(vmId);
  if (fault === 'merge-fails') {
    world.unmerged.add(vmId);
    const text = 'Background disk merge failed to complete: (0x80070020).';
    world.events.push({ log: 'Microsoft-Windows-Hyper-V-VMMS-Admin', id: 19100, text });
  }
}
