import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createVhdx } from '#engine/formats/vhdx';
import { labFolder, writeLab, type VmLabState } from '../../../main/lab/state.ts';
import { labVms } from '../../../main/lab/vms.ts';

const mib = 1024 * 1024;

/** The lab's VMs with disks that hold nothing: for what is not about the content of disks, in a hundredth of the time. */
export async function createSmallLab(home: string): Promise<void> {
  const vms: Record<string, VmLabState> = {};
  for (const vm of labVms) {
    const folder = join(labFolder(home), vm.name);
    await mkdir(folder, { recursive: true });
    const heads: string[] = [];
    for (const { asset, blockSize, diskId } of vm.disks) {
      const path = join(folder, `${asset}.vhdx`);
      const shape = { sizeBytes: 64 * mib, blockSize, logicalSectorSize: 512, physicalSectorSize: 4096, diskId, fixed: false };
      const guids = { sequenceNumber: 1n, fileWriteGuid: randomUUID(), dataWriteGuid: randomUUID() };
      await createVhdx({ path, shape, guids });
      heads.push(path);
    }
    vms[vm.name] = { heads, checkpoint: null, referencePoints: [] };
  }
  await writeLab(home, { day: 0, vms, faults: [] });
}
