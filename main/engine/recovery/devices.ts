import { HostkeepError, volumeNote, volumeNoteText, type ErrorCode, type RestorePoint, type VolumeNote } from '#contract';
import type { VolumePlace } from './guest-path.ts';
import type { GuestVolumes } from './guest-volumes.ts';

/** A disk, or an LVM volume group, which has no index. */
export interface Device {
  readonly index: number | null;
  readonly path: string;
  readonly label: string;
  readonly sizeBytes: number;
  readonly scheme: 'gpt' | 'mbr' | 'none' | 'lvm' | 'damaged';
  readonly note: string | null;
  /** The note by its id, or by the code of the damage, for other languages. */
  readonly sentence: VolumeNote | null;
  readonly code: ErrorCode | null;
  readonly partitions: readonly DevicePart[];
}

export interface DevicePart {
  readonly index: number | null;
  readonly path: string;
  readonly sizeBytes: number;
  readonly name: string;
  readonly fileSystem: string;
}

/** The disks of a restore point, and the volume groups across them, with what is on each. Damage is told, not thrown. */
export async function devicesOf(point: RestorePoint, volumes: GuestVolumes): Promise<readonly Device[]> {
  const all = await volumes.all();
  const partsOf = (wanted: (place: VolumePlace) => boolean): readonly DevicePart[] =>
    all
      .filter(({ place }) => wanted(place))
      .map(({ place, path, sizeBytes, name, kind }) => ({
        index: place.kind === 'partition' ? place.partition : null,
        path,
        sizeBytes,
        name,
        fileSystem: kind,
      }));
  const devices: Device[] = [];
  for (const { index, label, sizeBytes } of point.disks) {
    const table = await tableOrDamage(volumes, index);
    const partitions = partsOf((place) => place.kind === 'partition' && place.disk === index);
    devices.push({ index, path: `/disk${index}`, label, sizeBytes, ...table, partitions });
  }
  for (const { name, missing, volumes: logical } of (await volumes.groups()).groups) {
    const partitions = partsOf((place) => place.kind === 'logical' && place.group === name);
    const sizeBytes = logical.reduce((sum, volume) => sum + volume.sizeBytes, 0);
    const noted = told(missing.length === 0 ? null : volumeNote('lvm-missing', { missing: missing.length }));
    devices.push({ index: null, path: `/lvm/${name}`, label: name, sizeBytes, scheme: 'lvm', ...noted, partitions });
  }
  return devices;
}

async function tableOrDamage(volumes: GuestVolumes, disk: number): Promise<Pick<Device, 'scheme' | keyof Noted>> {
  try {
    const { scheme, note } = await volumes.table(disk);
    return { scheme, ...told(note) };
  } catch (error) {
    if (error instanceof HostkeepError && error.code.startsWith('format/'))
      return { scheme: 'damaged', note: error.message, sentence: null, code: error.code };
    throw error;
  }
}

type Noted = Pick<Device, 'note' | 'sentence' | 'code'>;

function told(sentence: VolumeNote | null): Noted {
  return { note: sentence === null ? null : volumeNoteText(sentence), sentence, code: null };
}
