import type { ErrorEntry } from './entry.ts';

const damaged = 'Check the disk image with the tool that made it, or use another restore point.';

/** A disk image, partition table or file system could not be understood. */
export const formatErrors = {
  'format/out-of-bounds': { says: 'A structure points outside the disk.', remedy: damaged },
  'format/truncated': { says: 'The file ends before its structures do.', remedy: damaged },
  'format/raw-invalid': { says: 'The raw image cannot be used as a disk.', remedy: 'Its size must be a multiple of 512 bytes.' },
  'format/unknown': { says: 'The file is in no format known here.', remedy: 'Use a VHDX, VHD or raw disk image.' },
  'format/vhdx-corrupt': { says: 'The VHDX file is damaged.', remedy: damaged },
  'format/vhdx-unsupported': {
    says: 'The VHDX file needs a feature not known here.',
    remedy: 'Convert it to a plain VHDX first.',
  },
  'format/vhdx-parent-missing': {
    says: 'The parent of a differencing disk was not found.',
    remedy: 'Put the parent where the locator says, or give the whole chain.',
  },
  'format/vhdx-parent-mismatch': {
    says: 'The parent of a differencing disk has been changed or replaced.',
    remedy: 'Restore the parent file that the child was made from.',
  },
  'format/vhdx-too-large': { says: 'The VHDX structures are too large to be loaded safely.', remedy: damaged },
  'format/vhd-corrupt': { says: 'The VHD file is damaged.', remedy: damaged },
  'format/vhd-unsupported': { says: 'The VHD file is of a kind not known here.', remedy: 'Convert it to a plain VHDX first.' },
  'format/vhd-parent-missing': {
    says: 'The parent of a differencing VHD was not found.',
    remedy: 'Put the parent beside the child, or where its locator says.',
  },
  'format/vhd-parent-mismatch': {
    says: 'The parent of a differencing VHD is another disk than the one it was made from.',
    remedy: 'Restore the parent file that the child was made from.',
  },
  'format/lvm-corrupt': { says: 'The description of an LVM volume group is damaged.', remedy: damaged },
  'format/lvm-unsupported': {
    says: 'The logical volume is of a kind that cannot be read here.',
    remedy: 'Restore the disks of the volume group and read it there.',
  },
  'format/lvm-incomplete': {
    says: 'A physical volume of the volume group is missing.',
    remedy: 'Use a restore point that holds all disks of the volume group.',
  },
  'format/volume-encrypted': {
    says: 'The volume is encrypted and cannot be read from outside.',
    remedy: 'Restore the whole disk and unlock the volume there.',
  },
  'format/file-system-unsupported': {
    says: 'The volume is of a known kind that cannot be read here.',
    remedy: 'Restore the whole disk and read it there.',
  },
  'format/gpt-corrupt': { says: 'The GUID partition table is damaged.', remedy: damaged },
  'format/mbr-corrupt': { says: 'The partition table is damaged.', remedy: damaged },
  'format/ntfs-corrupt': { says: 'The NTFS file system is damaged.', remedy: damaged },
  'format/ntfs-unsupported': {
    says: 'The file uses an NTFS feature that cannot be read yet.',
    remedy: 'Restore the whole disk and read the file there.',
  },
  'format/compressed-corrupt': { says: 'The compressed data is damaged.', remedy: damaged },
  'format/file-encrypted': {
    says: 'The file is encrypted by the guest (EFS); its key is in the guest.',
    remedy: 'Restore the whole disk or VM and read the file there, as the user who encrypted it.',
  },
  'format/file-deduplicated': {
    says: "The file is kept in the volume's Data Deduplication store, in a form that is not read here, or was written to since.",
    remedy: 'Restore the whole disk and attach it to a Windows Server with Data Deduplication.',
  },
  'format/file-offline': {
    says: 'The content of the file is not on this volume; only a placeholder is.',
    remedy: 'Fetch the file where its content is kept: cloud storage, an archive, or an image file.',
  },
  'format/reparse-unknown': {
    says: 'Another program defines what the content of the file is (a reparse point of a kind not known here).',
    remedy: 'Restore the whole disk and read the file where that program is installed.',
  },
  'format/ext4-corrupt': { says: 'The ext4 file system is damaged.', remedy: damaged },
  'format/ext4-unsupported': {
    says: 'The file system uses an ext4 feature that cannot be read yet.',
    remedy: 'Restore the whole disk and read the file there.',
  },
  'format/fat-corrupt': { says: 'The FAT file system is damaged.', remedy: damaged },
  'format/exfat-corrupt': { says: 'The exFAT file system is damaged.', remedy: damaged },
  'format/xfs-corrupt': { says: 'The XFS file system is damaged.', remedy: damaged },
  'format/xfs-unsupported': {
    says: 'The file system uses an XFS feature that cannot be read here.',
    remedy: 'Restore the whole disk and read the file there.',
  },
  'format/btrfs-corrupt': { says: 'The Btrfs file system is damaged.', remedy: damaged },
  'format/btrfs-unsupported': {
    says: 'The file system uses a Btrfs feature that cannot be read here.',
    remedy: 'Restore the whole disk and read the file there.',
  },
  'format/registry-corrupt': {
    says: 'The registry hive is damaged.',
    remedy: 'Restore the hive with its .LOG files, or use another restore point.',
  },
  'format/evtx-corrupt': {
    says: 'The event log is damaged.',
    remedy: 'What is sound of it is listed all the same; for the rest use another restore point.',
  },
  'format/ese-corrupt': {
    says: 'The database (ESE) is damaged.',
    remedy: 'Restore it with its log files and let its own service repair it, or use another restore point.',
  },
  'format/sql-corrupt': {
    says: 'The SQL Server file is damaged.',
    remedy: 'Restore all files of the database and let SQL Server check them, or use another restore point.',
  },
  'format/folder-cycle': { says: 'A folder contains itself, or is in two places; the file system is damaged.', remedy: damaged },
  'format/file-system-unknown': {
    says: 'The partition holds no file system that can be read here.',
    remedy: 'Restore the whole disk and read it there.',
  },
} as const satisfies Record<string, ErrorEntry>;
