/** Checkpoints that the administrator of the lab's host makes and keeps, and goes back to. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { HostkeepError } from '#contract';
import { childrenOf, createChild } from './checkpoint.ts';
import { readLab, updateLab, updateVm, type VmLabState } from './state.ts';

/** Makes one; the guest goes on in new files over those that it had. */
export async function keepCheckpoint(home: string, name: string): Promise<void> {
  const { heads } = await idleVm(home, name);
  await goOnOver(home, name, heads);
  await updateLab(home, (lab) => updateVm(lab, name, (vm) => ({ ...vm, kept: [...(vm.kept ?? []), heads] })));
}

/**
 * Goes back to the newest one: what the guest has written since is gone. Reference points stay as they are and know nothing of it, which is the
 * worst that a host can do. @throws HostkeepError host/checkpoint-gone where there is none
 */
export async function applyCheckpoint(home: string, name: string): Promise<void> {
  const { heads, kept } = await idleVm(home, name);
  const frozen = kept?.at(-1);
  if (frozen === undefined) throw new HostkeepError('host/checkpoint-gone', { vm: name });
  await goOnOver(home, name, frozen);
  for (const head of heads) await rm(head, { force: true });
}

async function idleVm(home: string, name: string): Promise<VmLabState> {
  const vm = (await readLab(home)).vms[name];
  if (vm === undefined) throw new HostkeepError('host/vm-not-found', { vm: name });
  if (vm.checkpoint !== null) throw new HostkeepError('host/vm-busy', { vm: name, checkpoint: vm.checkpoint.id });
  return vm;
}

async function goOnOver(home: string, name: string, frozen: readonly string[]): Promise<void> {
  const heads = childrenOf(frozen, randomUUID());
  for (const [disk, parent] of frozen.entries()) await createChild(parent, heads[disk]!);
  await updateLab(home, (lab) => updateVm(lab, name, (vm) => ({ ...vm, heads })));
}

/** What lies below a file of a disk, nearest first. */
export function parentsOf(vm: VmLabState, disk: number, file: string): readonly string[] {
  const below = (vm.kept ?? []).map((frozen) => frozen[disk]!);
  const at = below.indexOf(file);
  return (at === -1 ? below : below.slice(0, at)).toReversed();
}
