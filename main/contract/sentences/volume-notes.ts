import { fillIn, type Sentence } from './sentence.ts';

/** What an operator should know of the state of a volume, a partition table or a volume group. */
export const volumeNotes = {
  'gpt-backup-used': 'The primary partition table is damaged; the backup at the end of the disk was used.',
  'gpt-backup-bad': 'The backup partition table is missing or damaged; the primary one was used.',
  'lvm-missing': '{{missing}} physical volumes are not among the disks of this restore point.',
  'ntfs-dirty': 'The volume is marked dirty: Windows checks it when it is mounted next.',
  'ntfs-in-use':
    'The volume was in use: its journal ($LogFile) may hold changes that are not in place yet. Files are read as they stand on the disk.',
  'ntfs-log-damaged': 'The journal ($LogFile) is damaged.',
  'ntfs-dirty-in-use':
    'The volume is marked dirty: Windows checks it when it is mounted next. The volume was in use: its journal ($LogFile) may hold changes that are not in place yet. Files are read as they stand on the disk.',
  'ntfs-dirty-log-damaged':
    'The volume is marked dirty: Windows checks it when it is mounted next. The journal ($LogFile) is damaged.',
  'ext-errors': 'The file system noted errors: check it with e2fsck.',
  'ext-in-use': 'The volume was in use, or not unmounted properly.',
  'ext-replayed': 'The volume was in use: changes that waited in its journal were put in place for reading.',
  'ext-unreadable': 'The journal could not be read: files are shown as they stand without what waits in it.',
  'xfs-repair': 'The file system asks for xfs_repair.',
  'xfs-replayed': 'The volume was in use: changes that waited in its log were put in place for reading.',
  'xfs-cut-off': 'The volume was in use, and its log is damaged: the last changes that wait in it are not shown.',
  'xfs-too-large': 'The volume was in use: more waits in its log than can be put in place here, and is not shown.',
  'xfs-external': 'The log is on another device; what waits in it is not shown.',
  'xfs-unreadable': 'The log could not be read: files are shown as they stand without what waits in it.',
  'btrfs-copy-used': 'The superblock is damaged; one of its copies was used.',
  'btrfs-replayed':
    'The volume was in use: what programs made durable in its last seconds, which waited in its log, was put in place for reading.',
  'btrfs-too-large':
    'The volume was in use, and more waits in its log than is read: what programs made durable in its last seconds is not shown.',
  'btrfs-unreadable':
    'The volume was in use, and its log could not be read: what programs made durable in its last seconds is not shown.',
  'btrfs-devices': 'One of {{devices}} devices of the file system: files that lie on others cannot be read from here.',
  'btrfs-subvolume': 'The guest shows the subvolume {{path}} as this volume.',
  'fat-errors': 'The file system noted disk errors.',
  'fat-in-use': 'The volume was in use, or not taken out properly.',
  'boot-copy-used': 'The boot sector is damaged; its copy was used.',
  'exfat-medium': 'The volume noted failures of its medium.',
  'exfat-in-use': 'The volume was in use.',
} as const;

export type VolumeNoteId = keyof typeof volumeNotes;
export type VolumeNote = Sentence<VolumeNoteId>;

export function volumeNote(id: VolumeNoteId, values: VolumeNote['values'] = {}): VolumeNote {
  return { id, values };
}

export function isVolumeNoteId(id: string): id is VolumeNoteId {
  return Object.hasOwn(volumeNotes, id);
}

/** The note in English. */
export function volumeNoteText({ id, values }: VolumeNote): string {
  return fillIn(volumeNotes[id], values);
}
