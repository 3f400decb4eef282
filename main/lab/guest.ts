import { randomUUID } from 'node:crypto';
import type { ByteRange } from '#contract';
import { coalesce, type BlockSource } from '#engine/blocks';
import { editVhdx } from '#engine/formats/vhdx';
import { listPartitions, openFileSystem, openPartition } from '#engine/formats/volumes';
import type { FileNode } from '../engine/formats/file-system.ts';
import { openDisk } from '../engine/formats/open-disk.ts';
import type { DiskWrite } from './assets.ts';
import { readLab, updateLab, updateVm, type VmLabState } from './state.ts';
import type { LabVm } from './vms.ts';

interface GuestDisk {
  readonly home: string;
  readonly vm: LabVm;
  readonly disk: number;
}

/**
 * The guest writes to its disk. The change is noted before it is made: a kill in between makes tracking report too much,
 * never too little.
 */
export async function guestWrite(of: GuestDisk, writes: readonly DiskWrite[]): Promise<void> {
  if (writes.length === 0) return;
  const ranges = writes.map(({ offset, bytes }) => ({ offset, length: bytes.length }));
  const state = await updateLab(of.home, (lab) => updateVm(lab, of.vm.name, (vm) => noted(vm, of.disk, ranges)));
  const editor = await editVhdx(state.vms[of.vm.name]!.heads[of.disk]!, randomUUID);
  try {
    for (const { offset, bytes } of writes) await editor.write(offset, bytes);
  } finally {
    await editor.close();
  }
}

function noted(vm: VmLabState, disk: number, ranges: readonly ByteRange[]): VmLabState {
  const add = (changed: readonly (readonly ByteRange[])[]): readonly (readonly ByteRange[])[] =>
    changed.map((old, index) => (index === disk ? coalesce([...old, ...ranges]) : old));
  return {
    ...vm,
    referencePoints: vm.referencePoints.map((point) => ({ ...point, changed: add(point.changed) })),
    checkpoint: vm.checkpoint === null ? null : { ...vm.checkpoint, changed: add(vm.checkpoint.changed) },
  };
}

const vlfBytes = 1024 * 1024;
const headerBytes = 512;

/**
 * What a database does after a full backup: every virtual log file that is done with is marked free, in place. The newest one in
 * use stays. Returns whether anything was freed.
 */
export async function truncateLogs(of: GuestDisk): Promise<boolean> {
  const { log } = of.vm.disks[of.disk]!;
  if (log === undefined) return false;
  const head = (await readLab(of.home)).vms[of.vm.name]!.heads[of.disk]!;
  const source = await openDisk({ format: 'vhdx', path: head });
  try {
    const active = await activeLogs(source, log);
    const freed = active
      .slice(0, -1)
      .map(({ offset, text }) => ({ offset, bytes: Buffer.from(text.replace(' ACTIVE  ', ' INACTIVE')) }));
    await guestWrite(of, freed);
    return freed.length > 0;
  } finally {
    await source.close();
  }
}

async function activeLogs(
  source: BlockSource,
  log: { readonly partition: number; readonly path: readonly string[] },
): Promise<readonly { readonly offset: number; readonly text: string }[]> {
  // Whoever has put another disk into its place has taken the database away.
  const partition = (await listPartitions(source)).find((candidate) => candidate.index === log.partition);
  if (partition === undefined) return [];
  const system = await openFileSystem(openPartition(source, partition));
  let node: FileNode | undefined = await system.root();
  for (const name of log.path) node = node && (await system.child(node, name));
  if (node === undefined) return [];
  const active: { offset: number; text: string }[] = [];
  for (const range of await system.ranges(node)) {
    for (let at = Math.ceil(range.offset / vlfBytes) * vlfBytes; at < range.offset + range.length; at += vlfBytes) {
      if (range.volumeOffset === null) continue;
      const header = Buffer.alloc(headerBytes);
      await system.read(node, at, header);
      const text = header.toString('latin1');
      if (/^VLF \d+ ACTIVE /.test(text)) active.push({ offset: partition.offset + range.volumeOffset + at - range.offset, text });
    }
  }
  return active;
}
