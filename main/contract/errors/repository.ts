import type { ErrorEntry } from './entry.ts';

const check = 'Run `hostkeep repo check --read-data` to see which restore points are touched.';

/** The repository itself: its keys, its locks, its contents. */
export const repositoryErrors = {
  'repository/not-found': {
    says: 'There is no repository here.',
    remedy: 'Check the path, or make one with `hostkeep repo init`.',
  },
  'repository/exists': { says: 'There is a repository here already.', remedy: 'Use it, or choose an empty folder.' },
  'repository/folder-not-empty': { says: 'The folder holds other files.', remedy: 'Choose an empty folder for the repository.' },
  'repository/version-unsupported': { says: 'The repository was made by a newer version.', remedy: 'Update Hostkeep.' },
  'repository/passphrase-needed': {
    says: 'The repository is closed: its passphrase is needed.',
    remedy: 'Unlock it with the passphrase or the recovery key.',
  },
  'repository/wrong-passphrase': {
    says: 'The passphrase or recovery key does not open this repository.',
    remedy: 'Try another passphrase, or the printed recovery key.',
  },
  'repository/recovery-key-mistyped': {
    says: 'The recovery key has a typing error.',
    remedy: 'Compare it with the printed key, group by group.',
  },
  'repository/config-damaged': {
    says: 'The configuration of the repository is damaged.',
    remedy: 'Restore the file named here from a copy of the repository.',
  },
  'repository/key-damaged': {
    says: 'A key file of the repository is damaged.',
    remedy: 'Use another key file, or restore it from a copy of the repository.',
  },
  'repository/last-key': {
    says: 'This is the last key of the repository: without it nobody could open it again.',
    remedy: 'Make another one first: `hostkeep repo key change-passphrase` or `hostkeep repo key add-recovery`.',
  },
  'repository/locked': {
    says: 'The repository is in use by another run.',
    remedy:
      'Wait for it, or remove the locks (page Repositories, or `hostkeep repo unlock`) when it has crashed on another machine.',
  },
  'repository/lock-damaged': {
    says: 'A lock file of the repository is damaged.',
    remedy: 'Remove all locks (page Repositories, or `hostkeep repo unlock --all`) when nothing else uses the repository.',
  },
  'repository/lock-lost': { says: 'The lock of this run was taken away.', remedy: 'Start the run again.' },
  'repository/pack-damaged': { says: 'A pack of the repository is damaged.', remedy: check },
  'repository/index-damaged': {
    says: 'The index of the repository is damaged.',
    remedy: 'Rebuild it: page Repositories, or `hostkeep repo check --repair-index`.',
  },
  'repository/chunk-missing': { says: 'Data of a restore point is missing.', remedy: check },
  'repository/chunk-damaged': { says: 'Data of a restore point is damaged.', remedy: check },
  'repository/point-damaged': { says: 'The description of a restore point is damaged.', remedy: check },
  'repository/map-damaged': { says: 'The disk map of a restore point is damaged.', remedy: check },
  'repository/catalog-damaged': {
    says: 'The list of files of a restore point is damaged; the restore point itself is not.',
    remedy: 'Make it anew with `hostkeep catalog <point>`; a search does so by itself.',
  },
  'repository/unreadable-points': {
    says: 'A restore point could not be read, so nothing was removed.',
    remedy: 'Repair the storage, or take the damaged restore point away with `hostkeep forget POINT --now`.',
  },
  'repository/mark-damaged': {
    says: 'A mark of a restore point (dropped or pinned) is damaged; the point counts as kept.',
    remedy: 'Remove the file named here, then drop or pin the restore point again.',
  },
  'repository/evidence-damaged': {
    says: 'The report of a verification is damaged.',
    remedy: 'Verify the restore point again with `hostkeep verify`; the restore point itself is not touched by it.',
  },
  'repository/reserve-damaged': {
    says: 'The reserve of space is damaged.',
    remedy: 'Remove the file named here; the next backup makes it anew. No restore point needs it.',
  },
  'repository/seal-broken': { says: 'Sealed data was changed or was made with another key.', remedy: check },
} as const satisfies Record<string, ErrorEntry>;
