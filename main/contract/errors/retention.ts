import type { ErrorEntry } from './entry.ts';

/** Why a prune refuses. */
export const retentionErrors = {
  'retention/clock-went-back': {
    says: 'A restore point is newer than this computer\u2019s clock, so nothing was dropped.',
    remedy:
      'Set the clock right. If the point is from a machine whose clock was wrong, take it away with `hostkeep forget POINT --now`.',
  },
  'retention/too-much-at-once': {
    says: 'The policy would drop a large share of the restore points of a VM at once, so nothing was dropped.',
    remedy: 'Look at it with `hostkeep retention simulate`; when it is what you want, run `hostkeep prune --confirm`.',
  },
  'retention/none': {
    says: 'The job keeps every restore point.',
    remedy: 'Give it a policy with `hostkeep job edit --keep-daily N`.',
  },
  'retention/pinned': {
    says: 'The restore point is pinned, so it stays.',
    remedy:
      'Take the pin away first with `hostkeep pin POINT --remove`; that of a publication goes with `hostkeep publish discard ID`.',
  },
  'retention/grace-over': {
    says: 'The restore point is gone for good.',
    remedy: 'A longer grace can be given with `hostkeep job edit --grace DAYS`; it helps for the next time.',
  },
} as const satisfies Record<string, ErrorEntry>;
