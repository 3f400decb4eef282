import type { ErrorEntry } from './entry.ts';

/** Restore drills and their records. */
export const drillErrors = {
  'drill/exists': { says: 'A drill of this name exists.', remedy: 'Choose another name, or delete the old one.' },
  'drill/no-key': {
    says: 'There is no key to sign the record with.',
    remedy: 'Where the computer has no keystore, make one with `hostkeep drill key --new FILE` and give it with --key-file FILE.',
  },
  'drill/key-unfit': { says: 'The file holds no Ed25519 key.', remedy: 'Make one with `hostkeep drill key --new FILE`.' },
  'drill/record-malformed': {
    says: 'The file is no drill record.',
    remedy: 'Give a file that `hostkeep drill run` has written; docs/instant-recovery.md says what is in it.',
  },
  'drill/record-forged': {
    says: 'The signature does not fit the record: somebody has changed it, or it was signed by another key.',
    remedy: 'Do not rely on it; ask for the file anew from where it was written.',
  },
  'drill/other-key': {
    says: 'The record was signed by another key than the one that was given.',
    remedy: 'Compare with `hostkeep drill key` on the computer that ran the drill.',
  },
  'drill/nothing-to-try': {
    says: 'No restore point was found to try.',
    remedy: 'Look with `hostkeep points`; the drill names its VMs.',
  },
} as const satisfies Record<string, ErrorEntry>;
