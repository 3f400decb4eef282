import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { truncateLogs } from '../../../../main/lab/guest.ts';
import { readLab } from '../../../../main/lab/state.ts';
import { labVms } from '../../../../main/lab/vms.ts';
import { volumeOfFile } from '../cmdlets.ts';
import { configurationFiles } from '../configuration.ts';
import type { World } from '../world.ts';
import { cimFault, type Instance } from './instance.ts';
import { deviceIdOf } from './windows.ts';

/** Freezes copies of everything of the VMs on a volume: what a volume shadow copy shows of it. */
export async function shadowVolume(
  world: World,
  { place, volume }: { readonly place: string; readonly volume: string },
): Promise<string> {
  const id = randomUUID();
  const files: Record<string, string> = {};
  const lab = await readLab(world.options.home);
  await mkdir(join(place, id), { recursive: true });
  const disks = Object.values(lab.vms).flatMap((vm) => [...vm.heads, ...(vm.checkpoint?.frozen ?? [])]);
  const all = new Set([...disks, ...(await configurationFiles(world))]);
  for (const file of [...all].filter((one) => volumeOfFile(world, one) === volume)) {
    const copy = join(place, id, `${basename(dirname(file))}-${basename(file)}`);
    await copyFile(file, copy);
    files[file.slice(volume.length)] = copy;
  }
  const of = { volume: deviceIdOf(world, volume), madeAt: Date.now(), clientAccessible: false };
  world.shadows.push({ id, ours: true, files, mount: null, ...of });
  return id;
}

export async function exposeShadow(world: World, id: string, mount: string): Promise<void> {
  const shadow = world.shadows.find((one) => one.id === id)!;
  for (const [name, copy] of Object.entries(shadow.files)) {
    await mkdir(dirname(join(mount, name)), { recursive: true });
    await link(copy, join(mount, name));
  }
  shadow.mount = mount;
}

/** Success is passed on to the guests, whose writers truncate. */
export async function completeVss(world: World): Promise<void> {
  for (const vm of labVms) {
    world.truncated.push(vm.id);
    if (world.options.smallDisks === true) continue;
    for (const disk of vm.disks.keys()) await truncateLogs({ home: world.options.home, vm, disk });
  }
}

export async function removeShadow(world: World, { Key }: Instance): Promise<void> {
  const shadow = world.shadows.find((one) => one.id === Key);
  if (shadow === undefined) throw cimFault('notFound', 'Remove-CimInstance');
  if (shadow.mount !== null) for (const file of Object.keys(shadow.files)) await rm(join(shadow.mount, file), { force: true });
  for (const copy of Object.values(shadow.files)) await rm(copy, { force: true });
  world.shadows = world.shadows.filter((one) => one !== shadow);
}
