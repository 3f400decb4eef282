import { object } from 'valibot';
import { count, type DefinitionFile } from '#contract';
import { flag } from '../answer.ts';
import type { Operation } from '../operation.ts';
import { definitionFiles, frozenDisks, type FrozenDisk } from './frozen-disk.ts';

export interface BegunShadow {
  /** Whether the requester has said that it took the VM's component along. */
  readonly included: boolean;
  /** Whether the VM was seen to be saved meanwhile: then its guest had no part. */
  readonly saved: boolean;
  /** How long the shadow copies have been there by now. */
  readonly frozenMs: number;
  /** Whether the VM was off before the shadow copies and after them. */
  readonly stayedOff: boolean;
  readonly disks: readonly FrozenDisk[];
  readonly definition: readonly DefinitionFile[];
}

export const beginShadow: Operation<
  { readonly vmId: string; readonly run: string; readonly ledger: string; readonly full: boolean; readonly seconds: number },
  BegunShadow
> = {
  name: 'begin-shadow',
  timeoutMs: 45 * 60_000,
  failures: [
    'host/vm-not-found',
    'host/vm-busy',
    'host/residue',
    'host/ledger-damaged',
    'host/access-denied',
    'host/chain-broken',
    'host/hyper-v-writer-missing',
    'host/vss-writer-failed',
    'host/vss-writer-retryable',
    'host/vss-busy',
    'host/vss-provider-failed',
    'host/vss-storage-full',
    'host/path-unavailable',
    'host/checkpoint-failed',
    'host/job-failed',
    'host/job-timeout',
  ],
  answer: object({
    included: flag,
    saved: flag,
    frozenMs: count,
    stayedOff: flag,
    disks: frozenDisks,
    definition: definitionFiles,
  }),
};
