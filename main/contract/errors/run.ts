import type { ErrorEntry } from './entry.ts';

/** Runs, recovery, state and the lab. */
export const runErrors = {
  'run/failed': { says: 'The run did not succeed for every VM.', remedy: 'See `hostkeep run show` for the step that failed.' },
  'run/not-started': {
    says: 'The run could not be started.',
    remedy: 'See its log file in the folder `logs` of the home folder.',
  },
  'run/ended': { says: 'The run has ended already.', remedy: 'Look at its result.' },
  'run/interrupted': { says: 'The run ended without a result.', remedy: 'Start it again; what it left is cleaned up.' },
  'state/damaged': { says: 'The state database is damaged.', remedy: 'Move state.db aside; restore points are not affected.' },
  'state/unavailable': {
    says: 'The state database cannot be opened or written to at the moment.',
    remedy:
      'See that this account may write to the home folder, that its disk has room and that nothing else holds state.db; then try again. A restore needs no state: another `--home FOLDER` will do.',
  },
  'state/newer': { says: 'The state database was written by a newer version.', remedy: 'Update Hostkeep.' },
  'recovery/path-not-found': {
    says: 'The path does not exist in the restore point.',
    remedy: 'List the folder above it with `hostkeep ls`.',
  },
  'recovery/not-catalogued': {
    says: 'The files of the restore point were not listed yet.',
    remedy: 'List them with `hostkeep catalog <point>`.',
  },
  'recovery/not-a-file': { says: 'The path is not a file.', remedy: 'Use `hostkeep restore-files` for folders.' },
  'recovery/not-in-a-volume': {
    says: 'The path names a disk, or all of them: files and folders are in volumes.',
    remedy: 'Give a volume, as `hostkeep disks` lists them, such as /disk0/part2. `hostkeep restore-disk` restores a whole disk.',
  },
  'recovery/not-an-object': {
    says: 'The file is no registry hive, event log or database that is known here.',
    remedy: 'Give the path of such a file, or restore it as a file with `hostkeep restore-files`.',
  },
  'recovery/key-not-found': {
    says: 'The key is not in the registry hive.',
    remedy: 'List the keys above it with `hostkeep object keys`.',
  },
  'recovery/not-a-folder': { says: 'The path is not a folder.', remedy: 'Use `hostkeep cat` for files.' },
  'recovery/unsafe-name': {
    says: 'A name in the guest cannot be used safely here.',
    remedy: 'Restore the file by itself under another name with `hostkeep cat`.',
  },
  'recovery/path-too-long': {
    says: 'The path is too long for the target.',
    remedy: 'Restore a folder further down by itself, or into a shorter path.',
  },
  'recovery/unsafe-link': {
    says: 'The link leads out of what is restored, so it is not made here.',
    remedy: 'Restore what it leads to by its own path.',
  },
  'recovery/too-sparse': {
    says: 'The file is almost only holes, which a zip would have to hold as zeros.',
    remedy: 'Restore it into a folder.',
  },
  'recovery/incomplete': { says: 'Some files could not be restored.', remedy: 'See the list of files and reasons.' },
  'recovery/target-full': { says: 'The target has no space left.', remedy: 'Free space or choose another target.' },
  'recovery/file-too-large': {
    says: "The target's file system cannot hold a file of this size.",
    remedy: 'Choose a target with another file system, such as NTFS, ReFS, ext4 or XFS: FAT32 ends at 4 GiB.',
  },
  'recovery/target-failed': { says: 'The target could not be written.', remedy: 'Check the path and its rights.' },
  'lab/not-created': {
    says: 'The lab host does not exist yet.',
    remedy: 'Add a Hyper-V host with `hostkeep host add NAME`, or make the lab with `hostkeep lab create`.',
  },
  'lab/state-damaged': {
    says: 'What the lab host knows of itself is damaged.',
    remedy: 'Remove the folder `lab` under --home and make the lab again; restore points are not affected.',
  },
  'lab/exists': { says: 'The lab host exists already.', remedy: 'Use it, or choose another --home.' },
  'lab/asset-damaged': { says: 'A lab seed image is damaged.', remedy: 'Get the file again from the project.' },
  'internal/bug': { says: 'Hostkeep made a mistake.', remedy: 'Report it with the details below.' },
} as const satisfies Record<string, ErrorEntry>;
