import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readLab } from '../../../main/lab/state.ts';
import { labVms, type LabVm } from '../../../main/lab/vms.ts';
import { lookOf, type World } from './world.ts';

const extensions = ['vmcx', 'vmgs', 'vmrs'] as const;

/** What the simulated import reads again: the configuration of the real thing is binary and nobody's business. */
export async function writeConfiguration(world: World, vm: LabVm, main: string, disks: readonly string[]): Promise<void> {
  const configuration = {
    id: vm.id,
    name: lookOf(world, vm).name,
    generation: 2,
    memoryBytes: vm.memoryMegabytes * 1024 * 1024,
    drives: disks.map((path, location) => ({ type: 'SCSI', number: 0, location, path })),
    switches: ['LAN'],
  };
  await mkdir(dirname(main), { recursive: true });
  await writeFile(`${main}.vmcx`, JSON.stringify(configuration));
  for (const extension of ['vmgs', 'vmrs']) await writeFile(`${main}.${extension}`, `${extension} of ${vm.name}`);
}

export async function removeConfiguration(main: string): Promise<void> {
  for (const extension of extensions) await rm(`${main}.${extension}`, { force: true });
}

/** The configuration files of every VM, as the running VMs have them. */
export async function configurationFiles(world: World): Promise<readonly string[]> {
  const { vms } = await readLab(world.options.home);
  const found: string[] = [];
  for (const vm of labVms) {
    const main = join(configurationFolder(world, vm), 'Virtual Machines', vm.id.toUpperCase());
    const missing = await access(`${main}.vmcx`).then(
      () => false,
      () => true,
    );
    if (missing) await writeConfiguration(world, vm, main, vms[vm.name]!.heads);
    found.push(...extensions.map((extension) => `${main}.${extension}`));
  }
  return found;
}

export function configurationFolder(world: World, vm: LabVm): string {
  return join(world.options.configurationAt ?? join(world.options.home, 'lab'), vm.name);
}
