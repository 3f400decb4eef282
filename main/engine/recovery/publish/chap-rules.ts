import { HostkeepError } from '#contract';
import type { ChapAccounts } from '#engine/iscsi';

const leastBytes = 12;
const mostBytes = 255;
const longestUser = 256;

/** @throws HostkeepError publish/secret-unfit, publish/secrets-equal, input/invalid */
export function checkChap({ initiator, target }: ChapAccounts): void {
  for (const account of target === null ? [initiator] : [initiator, target]) {
    const bytes = Buffer.byteLength(account.secret, 'utf8');
    if (bytes < leastBytes || bytes > mostBytes) throw new HostkeepError('publish/secret-unfit', { user: account.user, bytes });
    if (account.user === '' || account.user.length > longestUser)
      throw new HostkeepError('input/invalid', { chapUser: account.user });
  }
  // Whoever may ask us to prove ourselves with the secret that we ask for learns what to answer (RFC 7143, 9.2.1).
  if (target !== null && target.secret === initiator.secret) throw new HostkeepError('publish/secrets-equal');
}
