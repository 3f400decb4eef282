/**
 * Whether what a disk holds now has come, by writing alone, from what it held when a reference point was made. Change tracking says what was
 * written since; of a disk that was put back to an older state, or replaced, nobody was promised that the host notices. Files tell: whoever applies
 * a checkpoint goes on in a new file, and drops the one that was in use.
 */
import { stat } from 'node:fs/promises';
import { win32 } from 'node:path';
import type { SessionDisk } from '#engine/ports';

/** A file of a disk: its name, and the number that its file system knows it by; null where it has none. */
export interface FileMark {
  readonly name: string;
  readonly number: string | null;
}

/** The files of a disk at a checkpoint: the frozen one, then its parents, nearest first. */
export type DiskFiles = readonly FileMark[];

/** The files of each disk. One that cannot be looked at has no number: it cannot be read either, or is left out because it is broken. */
export function filesOfDisks(disks: readonly SessionDisk[]): Promise<readonly DiskFiles[]> {
  return Promise.all(disks.map(({ source }) => Promise.all(pathsOf(source).map(markOf))));
}

function pathsOf(source: SessionDisk['source']): readonly string[] {
  return [source.path, ...(source.format === 'raw' ? [] : (source.parents ?? []))];
}

async function markOf(path: string): Promise<FileMark> {
  const number = await stat(path, { bigint: true }).then(
    ({ ino }) => ino,
    () => 0n,
  );
  return { name: win32.basename(path).toLowerCase(), number: number === 0n ? null : number.toString() };
}

/**
 * Whether these files go on from those: all of them are there still, at the root of the chain, and what lies over them was begun later. The one
 * that was in use then was frozen, if ever, by a later checkpoint; so every state over it is a later one.
 */
export function goesOnFrom(now: DiskFiles, then: DiskFiles): boolean {
  return (
    then.length > 0 && now.length >= then.length && then.every((file, at) => isSame(file, now[now.length - then.length + at]!))
  );
}

function isSame(one: FileMark, other: FileMark): boolean {
  return one.name === other.name && one.number === other.number;
}

/** Whether a disk goes on from the files that the VM's disks lay on at the reference point that changes are counted from. */
export type GoesOn = (disk: SessionDisk) => boolean;

/** `now`: the files of these disks, in their order. */
export function goesOnSince(then: readonly DiskFiles[], disks: readonly SessionDisk[], now: readonly DiskFiles[]): GoesOn {
  return (disk) => {
    const own = now[disks.indexOf(disk)] ?? [];
    return then.some((files) => goesOnFrom(own, files));
  };
}
