import { labVmOf, type World } from '../world.ts';
import { labVms } from '../../../../main/lab/vms.ts';
import { cimFault, type Instance } from './instance.ts';
import { pollJob } from './jobs.ts';
import { drives, machineClasses, madeSettings, realizedSettings } from './machines.ts';
import { pointInstance } from './reference-points.ts';
import { classOf, schema } from './schema.ts';
import { snapshotInstance } from './snapshots.ts';
import { windowsClasses } from './windows.ts';

const virtualization = 'root\\virtualization\\v2';
const settingsClass = 'Msvm_VirtualSystemSettingData';

type Source = (world: World) => Promise<readonly Instance[]>;
const single =
  (Class: string): Source =>
  async () => [{ Class, Key: Class, Name: Class }];

/** Where the instances of each class come from; others are an invalid class, as on a host. */
const sources: Readonly<Record<string, Source>> = {
  ...windowsClasses,
  ...machineClasses,
  [settingsClass]: async (world) => [...(await now(world)), ...world.snapshots.map((one) => snapshotInstance(world, one))],
  Msvm_StorageAllocationSettingData: async (world) =>
    (await Promise.all((await now(world)).map((one) => drives(world, one)))).flat(),
  Msvm_VirtualSystemReferencePoint: async (world) => world.points.map(pointInstance),
  Msvm_VirtualSystemSnapshotService: single('Msvm_VirtualSystemSnapshotService'),
  Msvm_VirtualSystemReferencePointService: single('Msvm_VirtualSystemReferencePointService'),
  Msvm_VirtualSystemManagementService: single('Msvm_VirtualSystemManagementService'),
  Msvm_ImageManagementService: single('Msvm_ImageManagementService'),
};

const now: Source = async (world) =>
  labVms.filter((vm) => labVmOf(world, vm.id) !== undefined).map((vm) => realizedSettings(world, vm));

export interface Query {
  readonly namespace: string;
  readonly className: string;
  readonly filter: string;
}

export async function instances(world: World, { namespace, className, filter }: Query): Promise<readonly Instance[]> {
  const known = classOf(world.options, className);
  if (!['root\\cimv2', virtualization].includes(namespace.toLowerCase())) throw cimFault('invalidNamespace', 'Get-CimInstance');
  if (known === undefined || known.namespace !== namespace.toLowerCase()) throw cimFault('invalidClass', 'Get-CimInstance');
  refuseUnelevated(world, known.namespace);
  const all = await sources[Object.keys(schema).find((name) => name.toLowerCase() === className.toLowerCase())!]!(world);
  if (filter === '') return all;
  const parts = filter.split(' OR ');
  // WQL knows more; the scripts use no more than this.
  if (parts.length > 1) {
    const found = await Promise.all(parts.map((part) => instances(world, { namespace, className, filter: part })));
    return all.filter((one) => found.some((some) => some.some((other) => other.Key === one.Key)));
  }
  const parsed = /^(\w+)\s*=\s*'((?:[^'\\]|\\.)*)'$/.exec(filter);
  const property = Object.keys(known.properties).find((name) => name.toLowerCase() === parsed?.[1]?.toLowerCase());
  if (parsed === null || property === undefined) throw cimFault('invalidQuery', 'Get-CimInstance', filter);
  const wanted = parsed[2]!.replaceAll(/\\(.)/g, '$1').toLowerCase();
  return all.filter((one) => String(one[property] ?? '').toLowerCase() === wanted);
}

/** An administrator whose token is filtered may not look into the virtualization namespace. */
function refuseUnelevated({ options }: World, namespace: string): void {
  if (options.elevated === false && namespace === virtualization) throw cimFault('denied', 'Get-CimInstance');
}

export interface ClassFacts {
  readonly properties: readonly { readonly Name: string; readonly CimType: string }[];
  readonly methods: readonly { readonly Name: string }[];
}

export function classFacts(world: World, namespace: string, className: string): ClassFacts {
  const known = classOf(world.options, className);
  if (known === undefined || known.namespace !== namespace.toLowerCase()) throw cimFault('invalidClass', 'Get-CimClass');
  refuseUnelevated(world, known.namespace);
  return {
    properties: Object.entries(known.properties).map(([Name, CimType]) => ({ Name, CimType })),
    methods: Object.keys(known.methods ?? {}).map((Name) => ({ Name })),
  };
}

/** Reads an instance again by its key; a job moves on by one state each time. */
export async function again(world: World, { Class, Key }: Instance): Promise<Instance> {
  if (Class === 'Msvm_ConcreteJob') return pollJob(world, Key);
  const found = (await sources[Class]!(world)).find((one) => one.Key === Key);
  if (found === undefined) throw cimFault('notFound', 'Get-CimInstance');
  return found;
}

export async function associated(world: World, from: Instance, className: string): Promise<readonly Instance[]> {
  const { Class, Key } = from;
  const known = classOf(world.options, className);
  if (known === undefined) throw cimFault('invalidClass', 'Get-CimAssociatedInstance');
  if (classOf(world.options, Class)?.leadsTo?.includes(className) !== true) return [];
  if (Class === 'Msvm_ConcreteJob') {
    const result = world.jobs.get(Key)?.result as Instance | null | undefined;
    return result?.Class === className ? [result] : [];
  }
  if (Class === settingsClass) return drives(world, from);
  if (className === settingsClass) {
    const made = world.made.get(Key);
    if (made !== undefined) return [madeSettings(made)];
    const vm = labVmOf(world, Key);
    const snapshots = world.snapshots.filter((one) => one.vmId === Key).map((one) => snapshotInstance(world, one));
    return vm === undefined ? snapshots : [realizedSettings(world, vm), ...snapshots];
  }
  return world.points.filter((one) => one.vmId === Key).map(pointInstance);
}
