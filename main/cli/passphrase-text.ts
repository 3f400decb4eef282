import type { Job } from '#contract';

/** Where the passphrase of a job or drill comes from. */
export function passphraseText(passphrase: Job['repository']['passphrase']): string {
  return passphrase.kind === 'keystore' ? 'in the keystore' : `in ${passphrase.path}`;
}
