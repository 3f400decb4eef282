import { HostkeepError, volumeNoteText, type EvidenceSentence, type VolumeNote } from '#contract';
import type { GuestVolume } from '#engine/recovery';
import type { FileSystem } from '../formats/file-system.ts';
import { says, verdictOf } from './findings.ts';
import { stopWhenCancelled, type Work } from './watch.ts';

/** A volume whose files can be read. */
export interface ReadableVolume {
  readonly path: string;
  readonly sizeBytes: number;
  readonly system: FileSystem;
}

/** Partition tables, and the file system of each volume with its state. Gives the volumes that can be read on. */
export async function checkVolumes(work: Work): Promise<readonly ReadableVolume[]> {
  for (const { index } of work.point.disks) await checkTable(work, index);
  const readable: ReadableVolume[] = [];
  for (const volume of await volumesOf(work)) {
    stopWhenCancelled(work);
    const system = await checkVolume(work, volume);
    if (system !== undefined) readable.push({ path: volume.path, sizeBytes: volume.sizeBytes, system });
  }
  return readable;
}

type Volume = Pick<GuestVolume, 'place' | 'path' | 'kind' | 'name' | 'sizeBytes'>;

/** Every volume; where not all of them can even be named, the partitions of each disk, to be tried one by one. */
async function volumesOf(work: Work): Promise<readonly Volume[]> {
  try {
    return await work.volumes.all();
  } catch (error) {
    work.found.fault('file-system', '/', error);
  }
  const found: Volume[] = [];
  for (const { index: disk } of work.point.disks) {
    for (const { index, length, name } of await partitionsOf(work, disk)) {
      const place = { kind: 'partition', disk, partition: index } as const;
      found.push({ place, path: `/disk${disk}/part${index}`, sizeBytes: length, name, kind: 'unknown' });
    }
  }
  return found;
}

async function partitionsOf(work: Work, disk: number): ReturnType<Work['volumes']['partitions']> {
  try {
    return await work.volumes.partitions(disk);
  } catch (error) {
    // Its own line tells of it already.
    if (verdictOf(error) === undefined) throw error;
    return [];
  }
}

async function checkTable({ volumes, found }: Work, disk: number): Promise<void> {
  const subject = `/disk${disk}`;
  try {
    const { scheme, partitions, note } = await volumes.table(disk);
    if (note !== null) found.add('partition-table', subject, 'warning', says('table-note', noteValues(note)));
    else if (scheme === 'none') found.add('partition-table', subject, 'passed', says('table-none'));
    else
      found.add(
        'partition-table',
        subject,
        'passed',
        says('table-sound', { scheme: scheme.toUpperCase(), count: partitions.length }),
      );
  } catch (error) {
    found.fault('partition-table', subject, error);
  }
}

/** Kinds that hold no files, and are no loss to whoever looks for them. */
const withoutFiles: ReadonlySet<string> = new Set(['swap', 'LVM']);

async function checkVolume({ volumes, found }: Work, { place, path, kind, name }: Volume): Promise<FileSystem | undefined> {
  try {
    if (withoutFiles.has(kind)) {
      found.add('file-system', path, 'passed', says('volume-no-files', { kind }));
      return undefined;
    }
    if (kind === 'unknown' && (await isBlank(volumes, place))) {
      found.add('file-system', path, 'passed', says('volume-blank'));
      return undefined;
    }
    const system = await volumes.fileSystem(place);
    const state = await system.state();
    // Some versions begin with the kind: FAT16, ext4.
    const version = state.version.startsWith(kind) ? state.version : `${kind} ${state.version}`;
    const volume = `${version}${system.label === '' ? '' : `, "${system.label}"`}`;
    // A journal that waits is the way of a volume in use; a volume that waits for a check may be damaged.
    const verdict = state.clean || state.freeSpace !== 'uncertain' ? 'passed' : 'warning';
    const bare = says(state.clean ? 'volume-clean' : 'volume-in-use', { volume });
    const sentence = state.note === null ? bare : says('volume-note', { volume, ...noteValues(state.note) });
    found.add('file-system', path, verdict, sentence);
    return system;
  } catch (error) {
    if (error instanceof HostkeepError && error.code === 'format/file-system-unknown')
      found.add(
        'file-system',
        path,
        'not-checked',
        name === '' ? says('volume-unknown') : says('volume-unknown-named', { name }),
      );
    else found.fault('file-system', path, error);
    return undefined;
  }
}

/** The note as values of a sentence: in English, and by its id for other languages. */
function noteValues(note: VolumeNote): EvidenceSentence['values'] {
  return { ...note.values, note: volumeNoteText(note), noteId: note.id };
}

const blankBytes = 64 * 1024;

/** Microsoft reserved partitions and the like. */
async function isBlank(volumes: Work['volumes'], place: GuestVolume['place']): Promise<boolean> {
  const source = await volumes.open(place);
  const head = Buffer.alloc(Math.min(blankBytes, source.sizeBytes));
  await source.read(0, head);
  return !head.some((byte) => byte !== 0);
}
