import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HostkeepError } from '#contract';
import { makeFolders } from '#files';
import { createVhdx, editVhdx } from '#engine/formats/vhdx';
import { dayWrites, seedWrites } from './assets.ts';
import { guestWrite } from './guest.ts';
import { labFolder, readLab, updateLab, writeLab, type VmLabState } from './state.ts';
import { labVms, type SeedDisk, type SeedVm } from './vms.ts';

/** Makes the lab host in a home folder. @throws HostkeepError lab/exists */
export async function createLab(home: string): Promise<{ readonly vms: readonly string[] }> {
  const folder = labFolder(home);
  if (await exists(home)) throw new HostkeepError('lab/exists', { home });
  // What a creation that was cut off left behind has no state, so nobody uses it.
  await rm(folder, { recursive: true, force: true });
  const vms: Record<string, VmLabState> = {};
  for (const vm of labVms) vms[vm.name] = { heads: await createDisks(folder, vm), checkpoint: null, referencePoints: [] };
  await writeLab(home, { day: 0, vms, faults: [] });
  return { vms: labVms.map((vm) => vm.name) };
}

async function exists(home: string): Promise<boolean> {
  try {
    await readLab(home);
    return true;
  } catch (error) {
    if (error instanceof HostkeepError && error.code === 'lab/not-created') return false;
    throw error;
  }
}

async function createDisks(folder: string, vm: SeedVm): Promise<readonly string[]> {
  const place = join(folder, vm.name);
  await makeFolders(place);
  const paths: string[] = [];
  for (const disk of vm.disks) {
    const path = join(place, `${disk.asset}.vhdx`);
    await createDisk(path, disk);
    paths.push(path);
  }
  return paths;
}

async function createDisk(path: string, disk: SeedDisk): Promise<void> {
  const writes = await seedWrites(disk.asset);
  const { sizeBytes, blockSize, diskId } = disk;
  const shape = { sizeBytes, blockSize, logicalSectorSize: 512, physicalSectorSize: 4096, diskId, fixed: false };
  await createVhdx({ path, shape, guids: { sequenceNumber: 1n, fileWriteGuid: randomUUID(), dataWriteGuid: randomUUID() } });
  const editor = await editVhdx(path, randomUUID);
  try {
    for (const { offset, bytes } of writes) await editor.write(offset, bytes);
  } finally {
    await editor.close();
  }
}

/** Lets days pass in all guests. */
export async function passDays(home: string, days: number): Promise<{ readonly day: number; readonly changedBytes: number }> {
  if (!Number.isInteger(days) || days < 1 || days > 365) throw new HostkeepError('input/invalid', { days });
  let changedBytes = 0;
  for (let passed = 0; passed < days; passed += 1) {
    const { day, vms } = await readLab(home);
    for (const vm of labVms.filter((one) => vms[one.name] !== undefined)) {
      for (const [disk, { asset }] of vm.disks.entries()) {
        const writes = await dayWrites(asset, day);
        await guestWrite({ home, vm, disk }, writes);
        changedBytes += writes.reduce((sum, write) => sum + write.bytes.length, 0);
      }
    }
    await updateLab(home, (state) => ({ ...state, day: day + 1 }));
  }
  return { day: (await readLab(home)).day, changedBytes };
}
