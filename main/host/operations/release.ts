import { object } from 'valibot';
import { flag, nothing, text } from '../answer.ts';
import { jobFailures } from '../failures.ts';
import type { Operation } from '../operation.ts';
import { switchFailures } from './recovery.ts';

interface OfVm {
  readonly vmId: string;
  readonly ledger: string;
  readonly jobSeconds: number;
  readonly mergeSeconds: number;
}
const hour = 60 * 60_000;

/** Tells the level of the reference point, as an event, before it waits for the merge. */
export const completeCheckpoint: Operation<OfVm & { readonly checkpoint: string }, { readonly referencePoint: string }> = {
  name: 'complete-checkpoint',
  timeoutMs: 24 * hour,
  failures: [
    'host/vm-not-found',
    'host/checkpoint-gone',
    'host/release-failed',
    'host/merge-timeout',
    'host/ledger-damaged',
    ...jobFailures,
  ],
  answer: object({ referencePoint: text }),
};

export const abortCheckpoint: Operation<OfVm, void> = {
  name: 'abort-checkpoint',
  timeoutMs: 24 * hour,
  failures: ['host/vm-busy', 'host/merge-timeout', 'host/ledger-damaged', ...jobFailures],
  answer: nothing,
};

export const completeShadow: Operation<
  { readonly vmId: string; readonly ledger: string; readonly seconds: number },
  /** False: `end backup` has not failed in any way that can be told, and has not been seen to end either. */
  { readonly ended: boolean }
> = {
  name: 'complete-shadow',
  timeoutMs: hour,
  failures: ['host/release-failed', 'host/merge-timeout', 'host/access-denied', 'host/ledger-damaged'],
  answer: object({ ended: flag }),
};

export const abortShadow: Operation<{ readonly vmId: string; readonly ledger: string }, void> = {
  name: 'abort-shadow',
  timeoutMs: hour,
  failures: ['host/access-denied', 'host/ledger-damaged'],
  answer: nothing,
};

export const cleanResidueOperation: Operation<OfVm & { readonly kind: string; readonly id: string }, void> = {
  name: 'clean-residue',
  timeoutMs: 24 * hour,
  failures: ['input/invalid', 'host/vm-busy', 'host/merge-timeout', 'host/ledger-damaged', ...jobFailures, ...switchFailures],
  answer: nothing,
};
