import { nullable, object, optional, picklist, pipe, string, transform } from 'valibot';
import { count } from '#contract';
import { id, list, nothing, text } from '../answer.ts';
import type { Operation } from '../operation.ts';
import type { DiskSlot, VmNoted } from './restore.ts';

const minutes = 60_000;
const hour = 60 * minutes;

interface OfRecovery {
  readonly run: string;
  readonly ledger: string;
}

export const beginRecovery: Operation<
  OfRecovery & { readonly name: string; readonly parent: string; readonly folder: string },
  { readonly folder: string; readonly definition: string; readonly initiator: string }
> = {
  name: 'begin-recovery',
  timeoutMs: 5 * minutes,
  failures: [
    'host/name-taken',
    'host/folder-taken',
    'host/initiator-disabled',
    'host/initiator-missing',
    'host/access-denied',
    'input/invalid',
  ],
  answer: object({ folder: text, definition: text, initiator: text }),
};

export interface TargetWanted extends OfRecovery {
  readonly address: string;
  readonly port: number;
  readonly iqn: string;
  readonly chap: { readonly user: string; readonly secret: string } | null;
  readonly units: readonly (DiskSlot & { readonly disk: number; readonly serial: string })[];
  /** How long its disks may take to appear. */
  readonly seconds: number;
}

export const connectTarget: Operation<TargetWanted, { readonly numbers: readonly number[] }> = {
  name: 'connect-target',
  timeoutMs: 10 * minutes,
  failures: [
    'host/recovery-gone',
    'host/target-unreachable',
    'host/target-refused',
    'host/target-failed',
    'host/target-disks-missing',
    'host/disk-busy',
    'host/access-denied',
    'host/ledger-damaged',
  ],
  answer: object({ numbers: list(count) }),
};

export interface DefineWanted extends OfRecovery {
  /** The main configuration file on the host; null makes the VM anew from the facts. */
  readonly definition: string | null;
  readonly name: string;
  readonly switch: string | null;
  readonly start: boolean;
  readonly linux: boolean;
  readonly facts: VmNoted;
}

export const defineRecovery: Operation<
  DefineWanted,
  { readonly vmId: string; readonly name: string; readonly lostSwitches: readonly string[] }
> = {
  name: 'define-recovery',
  timeoutMs: hour,
  failures: [
    'host/recovery-gone',
    'host/import-failed',
    'host/target-disks-missing',
    'host/vm-start-failed',
    'host/access-denied',
    'host/ledger-damaged',
    'input/invalid',
  ],
  answer: object({ vmId: id, name: text, lostSwitches: list(text) }),
};

export const lookAtRecovery: Operation<
  OfRecovery & { readonly picture: boolean; readonly width: number; readonly height: number },
  { readonly state: string; readonly heartbeat: string; readonly uptimeMs: number; readonly image: string | null }
> = {
  name: 'look-at-recovery',
  timeoutMs: 5 * minutes,
  failures: ['host/recovery-gone', 'host/vm-not-found', 'host/ledger-damaged'],
  answer: object({ state: text, heartbeat: text, uptimeMs: count, image: optional(nullable(string()), null) }),
};

export const beginFinalise: Operation<
  OfRecovery & {
    readonly by: string;
    readonly bytes: number;
    readonly disks: readonly { readonly index: number; readonly name: string }[];
  },
  { readonly files: readonly { readonly index: number; readonly path: string }[] }
> = {
  name: 'begin-finalise',
  timeoutMs: 5 * minutes,
  failures: [
    'host/recovery-gone',
    'host/recovery-busy',
    'host/vm-not-found',
    'host/disk-not-found',
    'host/no-space',
    'host/ledger-damaged',
  ],
  answer: object({ files: list(object({ index: count, path: text })) }),
};

export const stopRecovered: Operation<
  OfRecovery & { readonly turnOff: boolean; readonly seconds: number },
  { readonly was: string }
> = {
  name: 'stop-recovered',
  timeoutMs: hour,
  failures: ['host/recovery-gone', 'host/vm-not-found', 'host/guest-not-stopping', 'host/ledger-damaged'],
  answer: object({ was: text }),
};

/** What a switch of drives can end in, wherever it is gone on with. */
export const switchFailures = ['host/grant-failed', 'host/target-failed', 'host/vm-start-failed'] as const;

export const completeFinalise: Operation<
  OfRecovery,
  { readonly vmId: string; readonly name: string; readonly files: readonly string[] }
> = {
  name: 'complete-finalise',
  timeoutMs: hour,
  failures: [
    'host/recovery-gone',
    'host/recovery-busy',
    'host/vm-not-found',
    'host/vm-running',
    'host/access-denied',
    'host/ledger-damaged',
    ...switchFailures,
  ],
  answer: object({ vmId: id, name: text, files: list(text) }),
};

export const undoFinalise: Operation<OfRecovery, void> = {
  name: 'undo-finalise',
  timeoutMs: hour,
  failures: ['input/invalid', 'host/access-denied', 'host/ledger-damaged', ...switchFailures],
  answer: nothing,
};

export const discardRecovery: Operation<OfRecovery & { readonly by: string }, void> = {
  name: 'discard-recovery',
  timeoutMs: hour,
  failures: [
    'input/invalid',
    'host/recovery-busy',
    'host/vm-busy',
    'host/target-failed',
    'host/access-denied',
    'host/ledger-damaged',
  ],
  answer: nothing,
};

const phases = ['starting', 'running', 'finalising', 'switching', 'discarding'] as const;

export const queryRecoveries: Operation<
  { readonly ledger: string },
  readonly {
    readonly run: string;
    readonly by: string;
    readonly phase: (typeof phases)[number];
    readonly vmId: string;
    readonly vm: string;
  }[]
> = {
  name: 'query-recoveries',
  timeoutMs: minutes,
  failures: [],
  answer: pipe(
    object({ items: list(object({ run: text, by: text, phase: picklist(phases), vmId: id, vm: text })) }),
    transform(({ items }) => items),
  ),
};
