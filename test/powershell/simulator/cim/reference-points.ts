import { randomUUID } from 'node:crypto';
import { truncateLogs } from '../../../../main/lab/guest.ts';
import { readLab, updateLab, updateVm } from '../../../../main/lab/state.ts';
import { labVms } from '../../../../main/lab/vms.ts';
import type { Point, Snapshot, World } from '../world.ts';
import { cimFault, type Instance, type Method } from './instance.ts';
import { startJob } from './jobs.ts';
import { diskIdentifier } from './machines.ts';

export function pointInstance({ id, vmId, changed, application, told }: Point): Instance {
  const vm = labVms.find((one) => one.id === vmId)!;
  return {
    Class: 'Msvm_VirtualSystemReferencePoint',
    Key: id,
    InstanceID: id,
    VirtualSystemIdentifier: vm.id.toUpperCase(),
    ReferencePointType: 2,
    ConsistencyLevel: told === false ? 0 : application === false ? 2 : 1,
    VirtualDiskIdentifiers: changed.map((_, at) => diskIdentifier(vm, at)),
    ResilientChangeTrackingIdentifiers: changed.map((_, at) => `rct:${id}:${at}`),
  };
}

/** The checkpoint becomes a reference point: the backup is over, and writers that were told "full" truncate. */
export async function convertToPoint(world: World, snapshot: Snapshot): Promise<Instance> {
  const { home } = world.options;
  const vm = labVms.find((one) => one.id === snapshot.vmId)!;
  if (world.truncated.includes(vm.id) && world.options.smallDisks !== true)
    for (const disk of vm.disks.keys()) await truncateLogs({ home, vm, disk });
  const { checkpoint } = (await readLab(home)).vms[vm.name]!;
  const id = randomUUID();
  const changed = checkpoint?.changed ?? [];
  await updateLab(home, (lab) =>
    updateVm(lab, vm.name, (old) => ({
      ...old,
      referencePoints: [...old.referencePoints, { id, run: 'simulated', changed: old.checkpoint?.changed ?? [] }],
    })),
  );
  const { application = true, told = true } = snapshot;
  const point: Point = { id, vmId: vm.id, ours: true, changed, application, told };
  world.points.push(point);
  world.snapshots = world.snapshots.filter((one) => one !== snapshot);
  return pointInstance(point);
}

const destroyReferencePoint: Method = async (world, given) => {
  const { Key } = given['AffectedReferencePoint'] as Instance;
  const point = world.points.find((one) => one.id === Key);
  if (point === undefined) throw cimFault('notFound', 'Invoke-CimMethod');
  return startJob(world, { at: 'DestroyReferencePoint', vmId: point.vmId }, async () => {
    world.points = world.points.filter((one) => one.id !== Key);
    for (const vm of labVms)
      await updateLab(world.options.home, (lab) =>
        updateVm(lab, vm.name, (old) => ({ ...old, referencePoints: old.referencePoints.filter((one) => one.id !== Key) })),
      );
    return {};
  });
};

export const referencePointMethods: Readonly<Record<string, Method>> = { DestroyReferencePoint: destroyReferencePoint };
