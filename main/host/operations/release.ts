import { jobFailures } from '../failures.ts';
import type { Operation } from '../operation.ts';
import { fieldsOf, flagOf, numberOf, textOf } from '../values.ts';

const nothing = (): void => undefined;

interface OfVm {
  readonly vmId: string;
  readonly ledger: string;
  readonly jobSeconds: number;
  readonly mergeSeconds: number;
}
const hour = 60 * 60_000;

export interface CompletedCheckpoint {
  readonly referencePoint: string;
  /** Of the reference point: 1 application, 2 crash, 0 where the host does not say. */
  readonly consistencyLevel: number;
}

export const completeCheckpoint: Operation<OfVm & { readonly checkpoint: string }, CompletedCheckpoint> = {
  name: 'complete-checkpoint',
  timeoutMs: 24 * hour,
  failures: ['host/vm-not-found', 'host/release-failed', 'host/merge-timeout', ...jobFailures],
  parse(value) {
    const from = fieldsOf(value, 'complete-checkpoint');
    return {
      referencePoint: textOf(from['referencePoint'], 'referencePoint'),
      consistencyLevel: numberOf(from['consistencyLevel'], 'consistencyLevel'),
    };
  },
};

export const abortCheckpoint: Operation<OfVm, void> = {
  name: 'abort-checkpoint',
  timeoutMs: 24 * hour,
  failures: ['host/vm-busy', 'host/merge-timeout', ...jobFailures],
  parse: nothing,
};

export const completeShadow: Operation<
  { readonly vmId: string; readonly ledger: string; readonly full: boolean; readonly seconds: number },
  { readonly truncated: boolean }
> = {
  name: 'complete-shadow',
  timeoutMs: hour,
  failures: ['host/release-failed', 'host/merge-timeout', 'host/access-denied'],
  parse: (value) => ({ truncated: flagOf(fieldsOf(value, 'complete-shadow')['truncated'], 'truncated') }),
};

export const abortShadow: Operation<{ readonly vmId: string; readonly ledger: string }, void> = {
  name: 'abort-shadow',
  timeoutMs: hour,
  failures: ['host/access-denied'],
  parse: nothing,
};

export const cleanResidueOperation: Operation<OfVm & { readonly kind: string; readonly id: string }, void> = {
  name: 'clean-residue',
  timeoutMs: 24 * hour,
  failures: ['input/invalid', 'host/vm-busy', 'host/merge-timeout', ...jobFailures],
  parse: nothing,
};
