import { object } from 'valibot';
import { count, type DefinitionFile } from '#contract';
import { flag, text } from '../answer.ts';
import { jobFailures } from '../failures.ts';
import type { Operation } from '../operation.ts';
import { definitionFiles, frozenDisks, type FrozenDisk } from './frozen-disk.ts';

export interface BegunCheckpoint {
  readonly checkpoint: string;
  /** Whether the host could be told full or copy; Server 2016 cannot. */
  readonly backupTypeKnown: boolean;
  /** How long the disks have been frozen by now. */
  readonly frozenMs: number;
  /** Whether the VM was off before the checkpoint and after it. */
  readonly stayedOff: boolean;
  readonly disks: readonly FrozenDisk[];
  readonly definition: readonly DefinitionFile[];
}

export interface CheckpointWanted {
  readonly vmId: string;
  readonly run: string;
  /** Whose the reference point will be. */
  readonly repository: string;
  readonly ledger: string;
  readonly application: boolean;
  readonly full: boolean;
  /** Leave out disks that cannot be checkpointed instead of failing. */
  readonly ignoreOther: boolean;
  readonly since: string | null;
  readonly jobSeconds: number;
}

export const beginCheckpoint: Operation<CheckpointWanted, BegunCheckpoint> = {
  name: 'begin-checkpoint',
  timeoutMs: 45 * 60_000,
  failures: [
    'host/vm-not-found',
    'host/vm-busy',
    'host/residue',
    'host/ledger-damaged',
    ...jobFailures,
    'host/vss-writer-retryable',
    'host/vss-writer-failed',
    'host/checkpoint-failed',
    'host/chain-broken',
  ],
  answer: object({
    checkpoint: text,
    backupTypeKnown: flag,
    frozenMs: count,
    stayedOff: flag,
    disks: frozenDisks,
    definition: definitionFiles,
  }),
};
