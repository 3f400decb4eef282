import type { ErrorEntry } from './entry.ts';

/** The place where repository files lie refused or failed. */
export const storageErrors = {
  'storage/not-found': {
    says: 'A repository file is missing.',
    remedy: 'Run `hostkeep repo check` to see which restore points need it.',
  },
  'storage/exists': {
    says: 'A repository file of that name exists already.',
    remedy: 'Run the command again; names are chosen afresh.',
  },
  'storage/short-read': {
    says: 'A repository file is shorter than it must be.',
    remedy: 'Run `hostkeep repo check` to see which restore points need it.',
  },
  'storage/full': {
    says: 'The storage is full.',
    remedy:
      'Remove restore points at once (`hostkeep forget POINT --now`) and compact, or add space; earlier restore points are intact.',
  },
  'storage/denied': { says: 'The storage refused access.', remedy: 'Check the rights of the account that runs Hostkeep.' },
  'storage/unreachable': { says: 'The storage cannot be reached.', remedy: 'Check the path, the network and the share.' },
  'storage/replaced': {
    says: 'The folder of the repository is not the one that was opened: its share or disk is gone, or another one lies there.',
    remedy: 'Connect the share or the disk again and repeat; nothing was written to what lies there now.',
  },
  'storage/failed': { says: 'The storage failed.', remedy: 'Check the disk or the share that holds the repository.' },
  'storage/name-invalid': { says: 'A repository file name is not allowed.', remedy: 'Report this as a bug.' },
} as const satisfies Record<string, ErrorEntry>;
