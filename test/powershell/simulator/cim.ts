import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ByteRange } from '#contract';
import { makeCheckpoint, mergeCheckpoint } from '../../../main/lab/checkpoint.ts';
import { truncateLogs } from '../../../main/lab/guest.ts';
import { readLab, updateLab, updateVm } from '../../../main/lab/state.ts';
import { labVms, type LabVm } from '../../../main/lab/vms.ts';
import { configurationFolder, volumeOf } from './cmdlets.ts';
import { HostFault, labVmOf, lookOf, takeFault, type Job, type World } from './world.ts';

export interface Instance {
  readonly Class: string;
  readonly Key: string;
  readonly [property: string]: unknown;
}

const virtualization = 'root\\virtualization\\v2';
const numbers = { failed: 0x800423f4, retryable: 0x800423f3, space: 0x80070070, busy: 0x80070020 } as const;

/** Every class that the simulated host has, by namespace; others are an invalid class, as on a host. */
const classes: Readonly<Record<string, (world: World) => Promise<readonly Instance[]>>> = {
  Win32_OperatingSystem: async ({ options }) => [
    {
      Class: 'Win32_OperatingSystem',
      Key: '',
      Caption: captions[options.edition ?? 'server'],
      Version: '10.0.20348',
      ProductType: options.edition === 'client' ? 1 : 3,
    },
  ],
  Win32_ComputerSystem: async () => [{ Class: 'Win32_ComputerSystem', Key: '', Name: 'HV01' }],
  Win32_Service: async ({ options }) => [
    { Class: 'Win32_Service', Key: 'vmms', Name: 'vmms', Started: options.managementRuns !== false },
  ],
  Win32_Volume: async (world) => [
    { Class: 'Win32_Volume', Key: 'v0', Name: '/', DriveType: 3, FileSystem: 'NTFS', FreeSpace: 2 ** 40, Capacity: 2 ** 41 },
    {
      Class: 'Win32_Volume',
      Key: 'v1',
      Name: volumeOf(world),
      DriveType: 3,
      FileSystem: 'NTFS',
      FreeSpace: 2 ** 40,
      Capacity: 2 ** 41,
    },
  ],
  Win32_ShadowCopy: async ({ shadows }) =>
    shadows.map(({ id }) => ({ Class: 'Win32_ShadowCopy', Key: id, ID: `{${id.toUpperCase()}}` })),
  Msvm_ComputerSystem: async (world) =>
    labVms
      .filter((vm) => labVmOf(world, vm.id))
      .map((vm) => ({
        Class: 'Msvm_ComputerSystem',
        Key: vm.id,
        Name: vm.id.toUpperCase(),
        ElementName: lookOf(world, vm).name,
        OperationalStatus: world.merging.has(vm.id) ? [11, 32772] : [2],
      })),
  Msvm_VirtualSystemSnapshotService: async () => [{ Class: 'Msvm_VirtualSystemSnapshotService', Key: 's' }],
  Msvm_VirtualSystemReferencePointService: async () => [{ Class: 'Msvm_VirtualSystemReferencePointService', Key: 'r' }],
  Msvm_ImageManagementService: async () => [{ Class: 'Msvm_ImageManagementService', Key: 'i' }],
  Msvm_KvpExchangeComponent: async (world) =>
    labVms.map((vm) => ({
      Class: 'Msvm_KvpExchangeComponent',
      Key: vm.id,
      SystemName: vm.id.toUpperCase(),
      GuestIntrinsicExchangeItems: lookOf(world, vm).tellsSystem
        ? [
            pair('OSName', vm.guestOs === 'linux' ? 'Debian' : 'Windows Server 2022'),
            ...(vm.guestOs === 'linux' ? [] : [pair('OSPlatformId', '2')]),
          ]
        : [],
    })),
};

const captions = {
  server: 'Microsoft Windows Server 2022',
  '2016': 'Microsoft Windows Server 2016',
  '2012r2': 'Microsoft Windows Server 2012 R2',
  client: 'Microsoft Windows 11 Pro',
} as const;

function pair(name: string, data: string): string {
  return `<INSTANCE CLASSNAME="Msvm_KvpExchangeDataItem"><PROPERTY NAME="Data" TYPE="string"><VALUE>${data}</VALUE></PROPERTY><PROPERTY NAME="Name" TYPE="string"><VALUE>${name}</VALUE></PROPERTY></INSTANCE>`;
}

export async function instances(
  world: World,
  of: { namespace: string; className: string; filter: string },
): Promise<readonly Instance[]> {
  const wanted = of.className.startsWith('Msvm_') ? virtualization : 'root\\cimv2';
  if (takeFault(world, of.className, 'denied') !== undefined)
    throw new HostFault(
      'Access denied',
      'HRESULT 0x80041003,Microsoft.Management.Infrastructure.CimCmdlets.GetCimInstanceCommand',
      'PermissionDenied',
      0x80041003,
    );
  const list = classes[of.className];
  if (list === undefined || of.namespace.toLowerCase() !== wanted.toLowerCase())
    throw new HostFault(
      'Invalid class',
      'HRESULT 0x80041010,Microsoft.Management.Infrastructure.CimCmdlets.GetCimInstanceCommand',
      'InvalidType',
      0x80041010,
    );
  const all = await list(world);
  if (of.filter === '') return all;
  const parsed = /^(\w+)='([^']*)'$/.exec(of.filter);
  if (parsed === null)
    throw new HostFault(
      'Invalid query',
      'HRESULT 0x80041017,Microsoft.Management.Infrastructure.CimCmdlets.GetCimInstanceCommand',
      'InvalidArgument',
      0x80041017,
    );
  return all.filter((one) => String(one[parsed[1]!] ?? '').toLowerCase() === parsed[2]!.toLowerCase());
}

export function classProperties(world: World, className: string): readonly string[] {
  const old = world.options.edition === '2012r2';
  if (className === 'Msvm_VirtualSystemSnapshotSettingData') {
    const always = ['ConsistencyLevel', 'IgnoreNonSnapshottableDisks'];
    return world.options.edition === '2016' ? always : [...always, 'GuestBackupType'];
  }
  if (className === 'Msvm_VirtualSystemReferencePoint' && !old) return ['InstanceID', 'VirtualSystemIdentifier'];
  throw new HostFault(
    'Invalid class',
    'HRESULT 0x80041010,Microsoft.Management.Infrastructure.CimCmdlets.GetCimClassCommand',
    'ObjectNotFound',
    0x80041010,
  );
}

/** Reads an instance again by its key; a job moves on by one state each time. */
export async function again(world: World, { Class, Key }: Instance): Promise<Instance> {
  if (Class === 'Msvm_ConcreteJob') return pollJob(world, Key);
  const found = [
    ...world.snapshots.map((one) => snapshotInstance(world, one.id)),
    ...world.points.map((one) => pointInstance(world, one.id)),
  ].find((one) => one.Key === Key);
  if (found === undefined) throw gone();
  return found;
}

function gone(): HostFault {
  return new HostFault(
    '',
    'HRESULT 0x80041002,Microsoft.Management.Infrastructure.CimCmdlets.GetCimInstanceCommand',
    'ObjectNotFound',
    0x80041002,
  );
}

async function pollJob(world: World, id: string): Promise<Instance> {
  const job = world.jobs.get(id);
  if (job === undefined) throw gone();
  job.polls += 1;
  const base = { Class: 'Msvm_ConcreteJob', Key: id, ErrorCode: 0, ErrorDescription: null };
  if (job.fault === 'job-vanishes') {
    world.jobs.delete(id);
    throw gone();
  }
  if (job.polls < 3 || job.fault === 'slow')
    return { ...base, JobState: job.polls === 1 ? 3 : 4, PercentComplete: Math.min(99, job.polls * 30) };
  const number =
    job.fault === 'vss-failed'
      ? numbers.failed
      : job.fault === 'vss-retryable'
        ? numbers.retryable
        : job.fault === 'out-of-space'
          ? numbers.space
          : null;
  if (number !== null) {
    const text = world.options.locale === 'de' ? 'Fehler bei der Pr\u00fcfpunkterstellung' : 'Checkpoint operation failed';
    return {
      ...base,
      JobState: 10,
      PercentComplete: 0,
      ErrorCode: 32768,
      ErrorDescription: `${text} (0x${number.toString(16).toUpperCase()}).`,
    };
  }
  if (job.result === null) job.result = await job.act();
  return { ...base, JobState: 7, PercentComplete: 100 };
}

function startJob(world: World, at: string, act: () => Promise<object | null>): object {
  const fault = takeFault(world, at);
  if (fault === 'refused') return { ReturnValue: 32775, Job: null };
  if (fault === 'denied') return { ReturnValue: 32769, Job: null };
  if (fault === 'vm-vanishes') for (const vm of labVms) world.gone.add(vm.id);
  const job: Job = { id: randomUUID(), polls: 0, act, fault, result: null };
  world.jobs.set(job.id, job);
  return { ReturnValue: 4096, Job: { Class: 'Msvm_ConcreteJob', Key: job.id } };
}

export async function associated(world: World, from: Instance, className: string): Promise<readonly Instance[]> {
  const { Class, Key } = from;
  if (Class === 'Msvm_ConcreteJob') {
    const result = world.jobs.get(Key)?.result as Instance | null | undefined;
    return result && result.Class === className ? [result] : [];
  }
  if (Class === 'Msvm_ComputerSystem' && className === 'Msvm_VirtualSystemSettingData')
    return world.snapshots.filter((one) => one.vmId === Key).map((one) => snapshotInstance(world, one.id));
  if (Class === 'Msvm_ComputerSystem' && className === 'Msvm_VirtualSystemReferencePoint')
    return world.points.filter((one) => one.vmId === Key).map((one) => pointInstance(world, one.id));
  if (Class === 'Msvm_VirtualSystemSettingData' && className === 'Msvm_StorageAllocationSettingData') return drives(world, Key);
  return [];
}

function snapshotInstance(world: World, id: string): Instance {
  const snapshot = world.snapshots.find((one) => one.id === id)!;
  const vm = labVms.find((one) => one.id === snapshot.vmId)!;
  return {
    Class: 'Msvm_VirtualSystemSettingData',
    Key: id,
    InstanceID: `Microsoft:${id.toUpperCase()}`,
    VirtualSystemType: `Microsoft:Hyper-V:Snapshot:${snapshot.type === 'Recovery' ? 'Recovery' : 'Realized'}`,
    ConfigurationDataRoot: configurationFolder(world, vm),
    ConfigurationFile: `${vm.id.toUpperCase()}.vmcx`,
  };
}

function pointInstance(world: World, id: string): Instance {
  const point = world.points.find((one) => one.id === id)!;
  const vm = labVms.find((one) => one.id === point.vmId)!;
  return {
    Class: 'Msvm_VirtualSystemReferencePoint',
    Key: id,
    InstanceID: id,
    VirtualSystemIdentifier: vm.id.toUpperCase(),
    ReferencePointType: 2,
    VirtualDiskIdentifiers: point.changed.map((_, at) => `Microsoft:${vm.id.toUpperCase()}\\C0\\0\\${at}\\L`),
    ResilientChangeTrackingIdentifiers: point.changed.map((_, at) => `rct:${id}:${at}`),
  };
}

async function drives(world: World, snapshotId: string): Promise<readonly Instance[]> {
  const snapshot = world.snapshots.find((one) => one.id === snapshotId)!;
  const vm = labVms.find((one) => one.id === snapshot.vmId)!;
  const { checkpoint } = (await readLab(world.options.home)).vms[vm.name]!;
  return (checkpoint?.frozen ?? []).map((path, at) => ({
    Class: 'Msvm_StorageAllocationSettingData',
    Key: `${snapshotId}-${at}`,
    InstanceID: `Microsoft:${snapshotId.toUpperCase()}\\C0\\0\\${at}\\L`,
    ResourceType: 31,
    ResourceSubType: 'Microsoft:Hyper-V:Virtual Hard Disk',
    HostResource: [path],
  }));
}

interface Call {
  readonly method: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export async function invoke(world: World, { method, arguments: given }: Call): Promise<object> {
  const key = (name: string): string => (given[name] as Instance).Key;
  if (method === 'CreateSnapshot') {
    const vm = labVmOf(world, key('AffectedSystem'))!;
    const settings = String(given['SnapshotSettings']);
    const property = (name: string): string | undefined =>
      new RegExp(`NAME="${name}" TYPE="\\w+"><VALUE>([^<]*)<`).exec(settings)?.[1];
    if (!settings.startsWith('<INSTANCE CLASSNAME="Msvm_VirtualSystemSnapshotSettingData">'))
      return { ReturnValue: 4, Job: null };
    if (given['SnapshotType'] !== 32768) return { ReturnValue: 6, Job: null };
    const application = property('ConsistencyLevel') === '1';
    if (property('GuestBackupType') !== undefined && world.options.edition === '2016') return { ReturnValue: 4, Job: null };
    // A guest that refuses VSS stops only a checkpoint that asks it.
    const at = application ? 'CreateSnapshot' : 'CreateSnapshot-crash';
    return startJob(world, at, async () => {
      const made = await makeCheckpoint(world.options.home, vm, 'simulated');
      await writeConfiguration(world, vm);
      world.snapshots.push({ id: made.id, vmId: vm.id, ours: true, type: 'Recovery' });
      if (application && property('GuestBackupType') === '1') world.truncated.push(vm.id);
      return snapshotInstance(world, made.id);
    });
  }
  if (method === 'DestroySnapshot')
    return startJob(world, method, async () => {
      const snapshot = world.snapshots.find((one) => one.id === key('AffectedSnapshot'));
      if (snapshot === undefined) throw gone();
      world.snapshots = world.snapshots.filter((one) => one !== snapshot);
      const vm = labVms.find((one) => one.id === snapshot.vmId)!;
      world.truncated.splice(0, world.truncated.length, ...world.truncated.filter((id) => id !== vm.id));
      if (snapshot.ours) await mergeCheckpoint(world.options.home, vm);
      return {};
    });
  if (method === 'ConvertToReferencePoint') return startJob(world, method, () => convert(world, key('AffectedSnapshot')));
  if (method === 'DestroyReferencePoint')
    return startJob(world, method, async () => {
      const id = key('AffectedReferencePoint');
      world.points = world.points.filter((one) => one.id !== id);
      await forEachVm(world, (points) => points.filter((one) => one.id !== id));
      return {};
    });
  if (method === 'GetVirtualDiskChanges') return changes(world, given);
  throw new HostFault(
    'Invalid method',
    'HRESULT 0x8004102f,Microsoft.Management.Infrastructure.CimCmdlets.InvokeCimMethodCommand',
    'InvalidOperation',
    0x8004102f,
  );
}

type LabPoints = Awaited<ReturnType<typeof readLab>>['vms'][string]['referencePoints'];

async function forEachVm(world: World, change: (points: LabPoints) => LabPoints): Promise<void> {
  for (const vm of labVms)
    await updateLab(world.options.home, (lab) =>
      updateVm(lab, vm.name, (old) => ({ ...old, referencePoints: change(old.referencePoints) })),
    );
}

async function convert(world: World, snapshotId: string): Promise<Instance> {
  const snapshot = world.snapshots.find((one) => one.id === snapshotId)!;
  const vm = labVms.find((one) => one.id === snapshot.vmId)!;
  if (world.truncated.includes(vm.id))
    for (const disk of vm.disks.keys()) await truncateLogs({ home: world.options.home, vm, disk });
  const { checkpoint } = (await readLab(world.options.home)).vms[vm.name]!;
  const id = randomUUID();
  await updateLab(world.options.home, (lab) =>
    updateVm(lab, vm.name, (old) => ({
      ...old,
      referencePoints: [...old.referencePoints, { id, run: 'simulated', changed: old.checkpoint!.changed }],
    })),
  );
  world.points.push({ id, vmId: vm.id, ours: true, changed: checkpoint!.changed });
  world.snapshots = world.snapshots.filter((one) => one.id !== snapshotId);
  if (takeFault(world, 'merge', 'merge-hangs') !== undefined) world.merging.add(vm.id);
  await mergeCheckpoint(world.options.home, vm);
  return pointInstance(world, id);
}

/** Answers at most a part of what was asked, and coarser than what changed, as the real one may. */
async function changes(world: World, given: Readonly<Record<string, unknown>>): Promise<object> {
  const [, id, disk] = String(given['LimitId']).split(':');
  const lab = await readLab(world.options.home);
  const point = Object.values(lab.vms)
    .flatMap((vm) => vm.referencePoints)
    .find((one) => one.id === id);
  const nothing = { ProcessedByteLength: 0, ChangedByteOffsets: null, ChangedByteLengths: null };
  if (takeFault(world, 'GetVirtualDiskChanges') !== undefined || point === undefined) return { ReturnValue: 32773, ...nothing };
  const from = Number(given['ByteOffset']);
  const part = Math.min(Number(given['ByteLength']), 24 * 1024 * 1024);
  const granule = 32 * 1024;
  const ranges: readonly ByteRange[] = point.changed[Number(disk)] ?? [];
  const hits = ranges
    .map(({ offset, length }) => ({
      start: Math.max(from, Math.floor(offset / granule) * granule),
      end: Math.min(from + part, Math.ceil((offset + length) / granule) * granule),
    }))
    .filter(({ start, end }) => start < end);
  return {
    ReturnValue: 0,
    ProcessedByteLength: part,
    ChangedByteOffsets: hits.map((one) => one.start),
    ChangedByteLengths: hits.map((one) => one.end - one.start),
  };
}

/** What the simulated import reads again: the configuration of the real thing is binary and nobody's business. */
async function writeConfiguration(world: World, vm: LabVm): Promise<void> {
  const folder = configurationFolder(world, vm);
  const { frozen } = (await readLab(world.options.home)).vms[vm.name]!.checkpoint!;
  const configuration = {
    id: vm.id,
    name: lookOf(world, vm).name,
    generation: 2,
    memoryBytes: vm.memoryMegabytes * 1024 * 1024,
    drives: frozen.map((path, location) => ({ type: 'SCSI', number: 0, location, path })),
    switches: ['LAN'],
  };
  const main = join(folder, vm.id.toUpperCase());
  await writeFile(`${main}.vmcx`, JSON.stringify(configuration));
  for (const extension of ['vmgs', 'vmrs']) await writeFile(`${main}.${extension}`, `${extension} of ${vm.name}`);
}

export async function removeInstance(world: World, { Class, Key }: Instance): Promise<void> {
  if (Class !== 'Win32_ShadowCopy') throw new HostFault('', 'HRESULT 0x80041024', 'InvalidOperation', 0x80041024);
  const shadow = world.shadows.find((one) => one.id === Key);
  if (shadow === undefined) throw gone();
  if (shadow.mount !== null) for (const file of Object.keys(shadow.files)) await rm(join(shadow.mount, file), { force: true });
  world.shadows = world.shadows.filter((one) => one !== shadow);
}

/** Freezes copies of everything on the lab's volume: what a volume shadow copy shows of it. */
export async function shadowVolume(world: World, place: string): Promise<string> {
  const id = randomUUID();
  const root = volumeOf(world);
  const files: Record<string, string> = {};
  const lab = await readLab(world.options.home);
  await mkdir(join(place, id), { recursive: true });
  for (const head of Object.values(lab.vms).flatMap((vm) => vm.heads)) {
    const copy = join(place, id, `${basename(dirname(head))}-${basename(head)}`);
    await copyFile(head, copy);
    files[head.slice(root.length)] = copy;
  }
  world.shadows.push({ id, ours: true, files, mount: null });
  return id;
}

export async function exposeShadow(world: World, id: string, mount: string): Promise<void> {
  const shadow = world.shadows.find((one) => one.id === id)!;
  for (const [name, copy] of Object.entries(shadow.files)) {
    await mkdir(dirname(join(mount, name)), { recursive: true });
    await copyFile(copy, join(mount, name));
  }
  shadow.mount = mount;
}

/** Success is passed on to the guests, whose writers truncate. */
export async function completeVss(world: World): Promise<void> {
  for (const vm of labVms) {
    world.truncated.push(vm.id);
    for (const disk of vm.disks.keys()) await truncateLogs({ home: world.options.home, vm, disk });
  }
}
