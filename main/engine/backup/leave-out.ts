/** Which disks of a VM a run leaves out. What is excluded is a disk, not a place: places move when a disk before them comes or goes. */
import { win32 } from 'node:path';
import { HostkeepError, type DiskMark, type RestorePoint } from '#contract';
import type { SessionDisk } from '#engine/ports';
import { describeImage } from '../formats/open-disk.ts';
import { readIdentity, type IdentityOf } from './disk-identity.ts';

/** A disk that a job leaves out of one VM. */
export interface ExcludedDisk {
  /** Its index on the VM when it was chosen. */
  readonly disk: number;
  /** What it was; null while no run has seen it. */
  readonly was: DiskMark | null;
  /** Milliseconds since 1970; null where that is not known. */
  readonly chosenAt: number | null;
}

export interface LeftOut {
  readonly disks: readonly SessionDisk[];
  /** Of exclusions that were by index alone: what lies there. */
  readonly seen: readonly { readonly disk: number; readonly mark: DiskMark }[];
  /** Disks that are not left out, since nothing tells that they are the excluded ones: sentences for the operator. */
  readonly warnings: readonly string[];
}

/** `known.before`: the latest restore point of the same job and VM. */
export async function leaveOut(
  disks: readonly SessionDisk[],
  excluded: readonly ExcludedDisk[],
  known: { readonly before: RestorePoint | undefined; readonly identityOf: IdentityOf },
): Promise<LeftOut> {
  if (excluded.length === 0) return { disks: [], seen: [], warnings: [] };
  const marks = new Map<SessionDisk, Mark>();
  for (const disk of disks) marks.set(disk, await markOf(disk, known.identityOf));
  const indexes = excluded.map(({ disk }) => disk);
  const found = excluded.map((one) => ({ one, disk: excludedOf(one, { marks, indexes, before: known.before }) }));
  const left = found.flatMap(({ disk }) => disk ?? []);
  return {
    disks: left,
    seen: found.flatMap(({ one, disk }) => (one.was === null && disk !== undefined ? marked(one.disk, marks.get(disk)!) : [])),
    warnings: found.flatMap(({ one, disk }) => {
      if (disk !== undefined) return unreadOf(disk, marks.get(disk)!);
      const there = disks.find(({ index }) => index === one.disk);
      return there === undefined || left.includes(there) ? [] : [doubtOf(one, marks.get(there)!)];
    }),
  };
}

/** Without an identity where the disk cannot be opened. */
type Mark = Pick<DiskMark, 'name'> & Partial<DiskMark>;

function marked(disk: number, { name, diskId }: Mark): LeftOut['seen'] {
  return diskId === undefined ? [] : [{ disk, mark: { name, diskId } }];
}

interface Known {
  readonly marks: ReadonlyMap<SessionDisk, Mark>;
  /** All that the job leaves out of this VM. */
  readonly indexes: readonly number[];
  readonly before: RestorePoint | undefined;
}

/** Undefined where no disk, or more than one, can be the excluded one. */
function excludedOf({ disk, was, chosenAt }: ExcludedDisk, known: Known): SessionDisk | undefined {
  const all = [...known.marks];
  const matching = (mark: Mark): readonly SessionDisk[] => all.flatMap(([one, its]) => (isSame(its, mark) ? [one] : []));
  if (was !== null) return single(matching(was));
  const there = all.find(([{ index }]) => index === disk);
  if (there === undefined) return undefined;
  const chosenSince = known.before !== undefined && chosenAt !== null && chosenAt > known.before.time;
  const isTrusted = known.before === undefined || chosenSince || isAsBefore(known.before, known);
  return isTrusted ? single(matching(there[1])) : undefined;
}

const single = <Item>(items: readonly Item[]): Item | undefined => (items.length === 1 ? items[0] : undefined);

/** Copies bear one identity, and files in several folders one name: a disk is told by both, and by its name where it cannot be opened. */
function isSame(one: Mark, other: Mark): boolean {
  return (
    (one.diskId === undefined || other.diskId === undefined || one.diskId === other.diskId) &&
    one.name.toLowerCase() === other.name.toLowerCase()
  );
}

/** Whether the VM has what was backed up before at the same places, and beside it what is left out, and nothing else. */
function isAsBefore(before: RestorePoint, { marks, indexes }: Known): boolean {
  return (
    [...marks].every(([{ index, label }, { diskId, name }]) => {
      const record = before.disks.find((one) => one.index === index);
      if (indexes.includes(index)) return record === undefined;
      return record !== undefined && record.diskId === diskId && (diskId !== null || [name, label].includes(record.label));
    }) && before.disks.every((record) => [...marks.keys()].some(({ index }) => index === record.index))
  );
}

/** By the file at the root of its chain: checkpoints that people make give a disk another name for a while. */
async function markOf(disk: SessionDisk, identityOf: IdentityOf): Promise<Mark> {
  const { source } = disk;
  const root = source.format === 'raw' ? source.path : (source.parents?.at(-1) ?? source.path);
  const name = win32.basename(root);
  try {
    return { diskId: (await identityOf(disk)).diskId, name };
  } catch (error) {
    // A disk may be left out because it is broken; one that is not fails when it is read.
    if (error instanceof HostkeepError) return { name };
    throw error;
  }
}

/** What a disk is whose image lies on this computer. @throws HostkeepError format/*, input/not-found */
export async function markOfImage(path: string): Promise<DiskMark> {
  const { diskId } = await readIdentity(await describeImage(path));
  return { diskId, name: win32.basename(path) };
}

function unreadOf({ index }: SessionDisk, { diskId, name }: Mark): readonly string[] {
  return diskId === undefined ? [`disk ${index} is left out by its name ${name} alone: it cannot be opened`] : [];
}

function doubtOf({ disk, was }: ExcludedDisk, there: Mark): string {
  const why =
    was === null
      ? `the VM's disks have changed, and nothing tells whether disk ${disk} (${there.name}) is the one that the job leaves out`
      : `disk ${disk} (${there.name}) is not the one that the job leaves out (${was.name})`;
  return `${why}: it is backed up. To leave it out, choose it again: job edit --exclude-disk`;
}
