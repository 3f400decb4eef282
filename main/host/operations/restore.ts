import { object } from 'valibot';
import { id, list, nothing, text } from '../answer.ts';
import type { Operation } from '../operation.ts';

const minutes = 60_000;
const hour = 60 * minutes;

interface OfRun {
  readonly run: string;
  readonly ledger: string;
}

export interface PlaceWanted extends OfRun {
  readonly vmId: string | null;
  readonly name: string;
  readonly parent: string;
  readonly folder: string;
  readonly newIdentity: boolean;
  readonly replaceExisting: boolean;
  readonly bytes: number;
}

export interface Place {
  /** Folder of the VM, of its disks and of its definition, as the host calls them. */
  readonly folder: string;
  readonly disks: string;
  readonly definition: string;
}

export const beginRestore: Operation<PlaceWanted, Place> = {
  name: 'begin-restore',
  timeoutMs: 5 * minutes,
  failures: [
    'host/vm-exists',
    'host/vm-running',
    'host/vm-clustered',
    'host/definition-missing',
    'host/name-taken',
    'host/folder-taken',
    'host/no-space',
    'input/invalid',
  ],
  answer: object({ folder: text, disks: text, definition: text }),
};

export interface DiskSlot {
  readonly controller: string;
  readonly number: number;
  readonly location: number;
}

export interface VmNoted {
  readonly generation: 1 | 2;
  readonly memoryBytes: number;
  readonly processors: number;
  readonly networks: readonly { readonly name: string; readonly switch: string }[];
}

export interface CompleteWanted extends OfRun {
  /** The main configuration file on the host; null makes the VM anew from the facts. */
  readonly definition: string | null;
  readonly name: string;
  readonly newIdentity: boolean;
  readonly disconnect: boolean;
  readonly start: boolean;
  readonly linux: boolean;
  readonly facts: VmNoted;
  readonly disks: readonly (DiskSlot & { readonly path: string })[];
}

export interface Completed {
  readonly vmId: string;
  readonly name: string;
  readonly lostSwitches: readonly string[];
  /** Disks of the VM whose place was taken; they stay. */
  readonly keptDisks: readonly string[];
}

export const completeRestore: Operation<CompleteWanted, Completed> = {
  name: 'complete-restore',
  timeoutMs: hour,
  failures: [
    'host/restore-gone',
    'host/vm-running',
    'host/import-failed',
    'host/grant-failed',
    'host/access-denied',
    'host/ledger-damaged',
  ],
  answer: object({ vmId: id, name: text, lostSwitches: list(text), keptDisks: list(text) }),
};

export const beginDiskReplace: Operation<
  OfRun & { readonly vmId: string; readonly disk: number; readonly bytes: number },
  { readonly file: string; readonly old: string; readonly name: string }
> = {
  name: 'begin-disk-replace',
  timeoutMs: 5 * minutes,
  failures: [
    'host/vm-not-found',
    'host/vm-running',
    'host/has-checkpoints',
    'host/disk-not-found',
    'host/folder-taken',
    'host/no-space',
    'input/invalid',
  ],
  answer: object({ file: text, old: text, name: text }),
};

export const completeDiskReplace: Operation<OfRun, { readonly name: string; readonly old: string }> = {
  name: 'complete-disk-replace',
  timeoutMs: 10 * minutes,
  failures: [
    'host/restore-gone',
    'host/vm-not-found',
    'host/vm-running',
    'host/disk-not-found',
    'host/grant-failed',
    'host/ledger-damaged',
  ],
  answer: object({ name: text, old: text }),
};

export const undoRestore: Operation<OfRun, void> = {
  name: 'undo-restore',
  timeoutMs: hour,
  failures: ['input/invalid', 'host/import-failed', 'host/access-denied', 'host/ledger-damaged'],
  answer: nothing,
};
