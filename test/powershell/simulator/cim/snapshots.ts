import { join } from 'node:path';
import { makeCheckpoint, mergeCheckpoint } from '../../../../main/lab/checkpoint.ts';
import { labVms, type LabVm } from '../../../../main/lab/vms.ts';
import { configurationFolder, removeConfiguration, writeConfiguration } from '../configuration.ts';
import { happen } from '../happenings.ts';
import { labVmOf, lookOf, takeFault, type Snapshot, type World } from '../world.ts';
import { fitsClass, parseEmbeddedInstance, type EmbeddedInstance } from './embedded-instance.ts';
import { cimFault, type Instance, type Method } from './instance.ts';
import { startJob } from './jobs.ts';
import { convertToPoint } from './reference-points.ts';
import { classOf } from './schema.ts';

const settingsClass = 'Msvm_VirtualSystemSnapshotSettingData';

export function snapshotInstance(world: World, { id, vmId, type }: Snapshot): Instance {
  const vm = labVms.find((one) => one.id === vmId)!;
  return {
    Class: 'Msvm_VirtualSystemSettingData',
    Key: id,
    InstanceID: `Microsoft:${id.toUpperCase()}`,
    VirtualSystemIdentifier: vmId.toUpperCase(),
    VirtualSystemType: `Microsoft:Hyper-V:Snapshot:${type === 'Recovery' ? 'Recovery' : 'Realized'}`,
    ElementName: 'checkpoint',
    ConfigurationDataRoot: configurationFolder(world, vm),
    ConfigurationFile: join('Snapshots', `${id.toUpperCase()}.vmcx`),
    ConfigurationID: id.toUpperCase(),
    Version: lookOf(world, vm).version,
  };
}

function snapshotFile(world: World, vm: LabVm, { id }: Snapshot): string {
  return join(configurationFolder(world, vm), 'Snapshots', id.toUpperCase());
}

const createSnapshot: Method = async (world, given) => {
  const vm = labVmOf(world, (given['AffectedSystem'] as Instance).Key);
  if (vm === undefined) throw cimFault('notFound', 'Invoke-CimMethod');
  // 32768 is a recovery checkpoint; 2, a checkpoint of the user, is not what a backup may make.
  if (given['SnapshotType'] !== 32768) return { ReturnValue: 6, Job: null };
  const settings = parseEmbeddedInstance(String(given['SnapshotSettings']));
  if (settings?.className !== settingsClass || !fitsClass(settings, classOf(world.options, settingsClass)!.properties))
    return { ReturnValue: 4, Job: null };
  if (lookOf(world, vm).passThrough && settings.values.get('IgnoreNonSnapshottableDisks')?.value !== 'true')
    return { ReturnValue: 32775, Job: null };
  const application = settings.values.get('ConsistencyLevel')?.value === '1';
  // A guest that refuses VSS stops only a checkpoint that asks it.
  const at = application ? 'CreateSnapshot' : 'CreateSnapshot-crash';
  return startJob(world, { at, vmId: vm.id }, async (fault) =>
    // A job that has succeeded and made nothing.
    fault === 'checkpoint-stays'
      ? null
      : freeze(world, { vm, settings, application: application && fault !== 'silent-fallback', told: fault !== 'level-untold' }),
  );
};

interface Freezing {
  readonly vm: LabVm;
  readonly settings: EmbeddedInstance;
  readonly application: boolean;
  readonly told: boolean;
}

async function freeze(world: World, { vm, settings, application, told }: Freezing): Promise<Instance> {
  const made = await makeCheckpoint(world.options.home, vm, 'simulated');
  const snapshot: Snapshot = { id: made.id, vmId: vm.id, ours: true, type: 'Recovery', application, told };
  await writeConfiguration(world, vm, snapshotFile(world, vm, snapshot), made.frozen);
  world.snapshots.push(snapshot);
  if (application && settings.values.get('GuestBackupType')?.value === '1') world.truncated.push(vm.id);
  return snapshotInstance(world, snapshot);
}

const destroySnapshot: Method = async (world, given) => {
  const { Key } = given['AffectedSnapshot'] as Instance;
  const snapshot = world.snapshots.find((one) => one.id === Key);
  if (snapshot === undefined) throw cimFault('notFound', 'Invoke-CimMethod');
  return startJob(world, { at: 'DestroySnapshot', vmId: snapshot.vmId }, async (fault) => {
    if (fault === 'checkpoint-stays') return {};
    world.snapshots = world.snapshots.filter((one) => one !== snapshot);
    const vm = labVms.find((one) => one.id === snapshot.vmId)!;
    world.truncated.splice(0, world.truncated.length, ...world.truncated.filter((id) => id !== vm.id));
    await removeConfiguration(snapshotFile(world, vm, snapshot));
    if (snapshot.ours) await merge(world, vm);
    return {};
  });
};

/** Hyper-V merges behind everybody's back once a checkpoint is gone. */
export async function merge(world: World, vm: LabVm): Promise<void> {
  const fault = takeFault(world, 'merge');
  if (fault !== undefined) happen(world, fault, vm.id);
  if (world.unmerged.has(vm.id)) return;
  await mergeCheckpoint(world.options.home, vm);
}

const convert: Method = async (world, given) => {
  const { Key } = given['AffectedSnapshot'] as Instance;
  const snapshot = world.snapshots.find((one) => one.id === Key);
  if (snapshot === undefined) throw cimFault('notFound', 'Invoke-CimMethod');
  if (snapshot.type !== 'Recovery') return { ReturnValue: 6, Job: null };
  return startJob(world, { at: 'ConvertToReferencePoint', vmId: snapshot.vmId }, async (fault) => {
    if (fault === 'checkpoint-stays') return {};
    const point = await convertToPoint(world, snapshot);
    const vm = labVms.find((one) => one.id === snapshot.vmId)!;
    await removeConfiguration(snapshotFile(world, vm, snapshot));
    await merge(world, vm);
    return point;
  });
};

export const snapshotMethods: Readonly<Record<string, Method>> = {
  CreateSnapshot: createSnapshot,
  DestroySnapshot: destroySnapshot,
  ConvertToReferencePoint: convert,
};
