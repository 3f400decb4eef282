import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HostkeepError, type RunId } from '#contract';
import { createVhdx, mergeIntoParent, openVhdx } from '#engine/formats/vhdx';
import { readLab, updateLab, updateVm, type LabCheckpoint } from './state.ts';
import type { LabVm } from './vms.ts';

/** Freezes the VM's disks under differencing children. Written down first, so that a crash in between is found and undone. */
export async function makeCheckpoint(home: string, vm: LabVm, run: RunId): Promise<LabCheckpoint> {
  const id = randomUUID();
  const state = await updateLab(home, (lab) =>
    updateVm(lab, vm.name, (old) => {
      if (old.checkpoint !== null) throw new HostkeepError('host/vm-busy', { vm: vm.name, checkpoint: old.checkpoint.id });
      const children = childrenOf(old.heads, id);
      return { ...old, checkpoint: { id, run, frozen: old.heads, children, changed: old.heads.map(() => []) } };
    }),
  );
  const checkpoint = state.vms[vm.name]!.checkpoint!;
  for (const [disk, parent] of checkpoint.frozen.entries()) await createChild(parent, checkpoint.children[disk]!);
  await updateLab(home, (lab) => updateVm(lab, vm.name, (old) => ({ ...old, heads: checkpoint.children })));
  return checkpoint;
}

/** As Hyper-V names them: by the file below and the checkpoint. */
export function childrenOf(heads: readonly string[], checkpoint: string): readonly string[] {
  return heads.map((head) =>
    join(dirname(head), `${basename(head).replace(/(_[0-9a-f-]{36})?\.a?vhdx$/, '')}_${checkpoint}.avhdx`),
  );
}

export async function createChild(parent: string, child: string): Promise<void> {
  const { disk, top } = await openVhdx({ path: parent });
  await disk.close();
  const { sizeBytes, blockSize, logicalSectorSize, physicalSectorSize, diskId } = top.metadata;
  const locator = {
    parent_linkage: `{${top.header.dataWriteGuid}}`,
    relative_path: `.\\${basename(parent)}`,
    absolute_win32_path: parent,
  };
  const shape = { sizeBytes, blockSize, logicalSectorSize, physicalSectorSize, diskId, fixed: false, parent: locator };
  await createVhdx({
    path: child,
    shape,
    guids: { sequenceNumber: 1n, fileWriteGuid: randomUUID(), dataWriteGuid: randomUUID() },
  });
}

/** Merges the children back and drops the checkpoint. Can be done again when it was cut off. */
export async function mergeCheckpoint(home: string, vm: LabVm): Promise<void> {
  const state = (await readLab(home)).vms[vm.name]!;
  const { checkpoint } = state;
  if (checkpoint === null) return;
  // A checkpoint that never became the head was being made when its run died: its children hold nothing.
  if (state.heads[0] === checkpoint.children[0]) {
    for (const [disk, child] of checkpoint.children.entries()) await mergeIntoParent(child, checkpoint.frozen[disk]!, randomUUID);
  }
  await updateLab(home, (lab) => updateVm(lab, vm.name, (old) => ({ ...old, heads: checkpoint.frozen, checkpoint: null })));
  for (const child of checkpoint.children) await rm(child, { force: true });
}
