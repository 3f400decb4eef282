import type { Operation } from '../operation.ts';
import { fieldsOf, flagOf, textOf } from '../values.ts';

const nothing = (): void => undefined;

interface OfVm {
  readonly vmId: string;
  readonly ledger: string;
  readonly jobSeconds: number;
  readonly mergeSeconds: number;
}
const hour = 60 * 60_000;

export const completeCheckpoint: Operation<OfVm & { readonly checkpoint: string }, { readonly referencePoint: string }> = {
  name: 'complete-checkpoint',
  timeoutMs: 24 * hour,
  failures: ['host/vm-not-found', 'host/release-failed', 'host/job-failed', 'host/job-vanished', 'host/merge-timeout'],
  parse: (value) => ({ referencePoint: textOf(fieldsOf(value, 'complete-checkpoint')['referencePoint'], 'referencePoint') }),
};

export const abortCheckpoint: Operation<OfVm, void> = {
  name: 'abort-checkpoint',
  timeoutMs: 24 * hour,
  failures: ['host/job-failed', 'host/merge-timeout'],
  parse: nothing,
};

export const completeShadow: Operation<
  { readonly vmId: string; readonly ledger: string; readonly full: boolean; readonly seconds: number },
  { readonly truncated: boolean }
> = {
  name: 'complete-shadow',
  timeoutMs: hour,
  failures: ['host/release-failed', 'host/merge-timeout'],
  parse: (value) => ({ truncated: flagOf(fieldsOf(value, 'complete-shadow')['truncated'], 'truncated') }),
};

export const abortShadow: Operation<{ readonly vmId: string; readonly ledger: string }, void> = {
  name: 'abort-shadow',
  timeoutMs: hour,
  failures: [],
  parse: nothing,
};

export const cleanResidueOperation: Operation<OfVm & { readonly kind: string; readonly id: string }, void> = {
  name: 'clean-residue',
  timeoutMs: 24 * hour,
  failures: ['input/invalid', 'host/job-failed', 'host/merge-timeout'],
  parse: nothing,
};
