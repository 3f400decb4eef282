import { volumeNote, type VolumeNote } from '#contract';
import type { FileSystemState } from '../file-system.ts';
import { corrupt } from './damage.ts';
import { attributeTypes, ownRecords } from './layout.ts';
import { readLogState, type LogState } from './log-file.ts';
import { residentContent } from './record.ts';
import type { NtfsVolume } from './volume.ts';

/** [NTFS] "Attribute - $VOLUME_INFORMATION". */
const information = { major: 8, minor: 9, flags: 10 } as const;
const dirtyFlag = 1;

export async function readState(volume: NtfsVolume): Promise<FileSystemState> {
  const bytes = await volumeAttribute(volume, attributeTypes.volumeInformation);
  if (bytes === undefined || bytes.length < 12) throw corrupt('volume information');
  const isDirty = (bytes.readUInt16LE(information.flags) & dirtyFlag) !== 0;
  const log = await readLogState(volume);
  const { isSecondary } = volume.geometry;
  return {
    clean: !isDirty && !isSecondary && log === 'clean',
    freeSpace: isDirty || isSecondary || log === 'unreadable' ? 'uncertain' : log === 'clean' ? 'exact' : 'flushed',
    note: isSecondary ? volumeNote('boot-copy-used') : noteOf(isDirty, log),
    version: `${bytes.readUInt8(information.major)}.${bytes.readUInt8(information.minor)}`,
    clusterBytes: volume.geometry.clusterSize,
  };
}

export async function readLabel(volume: NtfsVolume): Promise<string> {
  return (await volumeAttribute(volume, attributeTypes.volumeName))?.toString('utf16le') ?? '';
}

async function volumeAttribute(volume: NtfsVolume, type: number): Promise<Buffer | undefined> {
  const piece = await (await volume.file(ownRecords.volume)).first(type, '');
  return piece === undefined ? undefined : residentContent(piece);
}

function noteOf(isDirty: boolean, log: LogState): VolumeNote | null {
  if (log === 'pending') return volumeNote(isDirty ? 'ntfs-dirty-in-use' : 'ntfs-in-use');
  if (log === 'unreadable') return volumeNote(isDirty ? 'ntfs-dirty-log-damaged' : 'ntfs-log-damaged');
  return isDirty ? volumeNote('ntfs-dirty') : null;
}
