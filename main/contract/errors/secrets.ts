import type { ErrorEntry } from './entry.ts';

/** The operating system's keystore. */
export const secretsErrors = {
  'secrets/unavailable': {
    says: 'This system has no keystore that Hostkeep can use.',
    remedy: 'Give the password with HOSTKEEP_HOST_PASSWORD for each command instead.',
  },
  'secrets/missing': {
    says: 'The password of the host is not in the keystore of this user.',
    remedy: 'Add the host again with --credential as the user who runs the backups, or set HOSTKEEP_HOST_PASSWORD.',
  },
} as const satisfies Record<string, ErrorEntry>;
