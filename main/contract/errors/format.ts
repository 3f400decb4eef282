import type { ErrorEntry } from './entry.ts';

const damaged = 'Check the disk image with the tool that made it, or use another restore point.';

/** A disk image, partition table or file system could not be understood. */
export const formatErrors = {
  'format/out-of-bounds': { says: 'A structure points outside the disk.', remedy: damaged },
  'format/truncated': { says: 'The file ends before its structures do.', remedy: damaged },
  'format/raw-invalid': { says: 'The raw image cannot be used as a disk.', remedy: 'Its size must be a multiple of 512 bytes.' },
  'format/unknown': { says: 'The file is in no format known here.', remedy: 'Use a VHDX or a raw disk image.' },
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
  'format/gpt-corrupt': { says: 'The GUID partition table is damaged.', remedy: damaged },
  'format/mbr-corrupt': { says: 'The partition table is damaged.', remedy: damaged },
  'format/ntfs-corrupt': { says: 'The NTFS file system is damaged.', remedy: damaged },
  'format/ntfs-unsupported': {
    says: 'The file uses an NTFS feature that cannot be read yet.',
    remedy: 'Restore the whole disk and read the file there.',
  },
  'format/ext4-corrupt': { says: 'The ext4 file system is damaged.', remedy: damaged },
  'format/ext4-unsupported': {
    says: 'The file system uses an ext4 feature that cannot be read yet.',
    remedy: 'Restore the whole disk and read the file there.',
  },
  'format/file-system-unknown': {
    says: 'The partition holds no file system that can be read here.',
    remedy: 'Restore the whole disk and read it there.',
  },
} as const satisfies Record<string, ErrorEntry>;
