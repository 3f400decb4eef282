import type { ErrorEntry } from './entry.ts';

/** The keystore of this computer. */
export const secretsErrors = {
  'secrets/unavailable': {
    says: 'This system has no keystore that Hostkeep can use.',
    remedy: 'Give the password with HOSTKEEP_HOST_PASSWORD for each command instead, or a job its --passphrase-file.',
  },
  'secrets/missing': {
    says: 'The password is not in the keystore of this computer.',
    remedy: 'Give it again: add the host again with --credential, or run `hostkeep job edit JOB --save-passphrase`.',
  },
  'secrets/denied': {
    says: 'The keystore is open to administrators only.',
    remedy: 'Start Hostkeep with "Run as administrator".',
  },
  'secrets/unprotected': {
    says: 'The folder could not be closed to other users of the computer, so nothing was put into it.',
    remedy: 'As administrator run: icacls "<folder>" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F',
  },
} as const satisfies Record<string, ErrorEntry>;
