import type { ErrorEntry } from './entry.ts';

/** Notices that did not reach anybody. */
export const notifyErrors = {
  'notify/mail-refused': {
    says: 'The mail server refused the mail.',
    remedy: 'Check user, app password, sender and recipients; then send a test with `hostkeep notify test`.',
  },
  'notify/mail-unreachable': {
    says: 'The mail server could not be reached, or its certificate is not trusted.',
    remedy: 'Check host, port and security; it is tried again for a day.',
  },
  'notify/webhook-refused': { says: 'The webhook refused the notice.', remedy: 'Check its address and what it expects.' },
  'notify/webhook-unreachable': { says: 'The webhook could not be reached.', remedy: 'It is tried again for a day.' },
  'notify/event-log-refused': {
    says: 'The Windows event log did not take the notice.',
    remedy: 'Run `hostkeep notify test` once as administrator: it makes the source Hostkeep. It is tried again for a day.',
  },
  'notify/no-target': { says: 'There is nowhere to send the notice to.', remedy: 'Set it up with `hostkeep notify set`.' },
  'notify/no-secret': {
    says: 'The password or key for notices is not in the keystore.',
    remedy: 'Give it with `hostkeep notify secret`, or name a file in the settings.',
  },
} as const satisfies Record<string, ErrorEntry>;
