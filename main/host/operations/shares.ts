import { object } from 'valibot';
import { flag, nothing } from '../answer.ts';
import type { Operation } from '../operation.ts';

const minutes = 60_000;

export interface ShareWanted {
  /** As `\\host\D$`. */
  readonly share: string;
  /** Null: as the user who runs the console. */
  readonly user: string | null;
  readonly password: string | null;
}

export const reachShare: Operation<ShareWanted, { readonly made: boolean }> = {
  name: 'reach-share',
  timeoutMs: 2 * minutes,
  failures: [
    'host/share-denied',
    'host/share-unreachable',
    'host/share-missing',
    'host/share-credentials',
    'host/share-conflict',
    'host/share-failed',
  ],
  answer: object({ made: flag }),
};

export const leaveShare: Operation<{ readonly share: string }, void> = {
  name: 'leave-share',
  timeoutMs: 2 * minutes,
  failures: [],
  answer: nothing,
};
