import type { Operation } from '../operation.ts';
import { fieldsOf, listOf, textOf } from '../values.ts';

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
  parse(value) {
    const from = fieldsOf(value, 'begin-restore');
    const [folder, disks, definition] = ['folder', 'disks', 'definition'].map((name) => textOf(from[name], name));
    return { folder: folder!, disks: disks!, definition: definition! };
  },
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
  failures: ['host/restore-gone', 'host/vm-running', 'host/import-failed', 'host/grant-failed', 'host/access-denied'],
  parse(value) {
    const from = fieldsOf(value, 'complete-restore');
    const texts = (name: string): readonly string[] => listOf(from[name], name).map((one) => textOf(one, name));
    return {
      vmId: textOf(from['vmId'], 'vmId').toLowerCase(),
      name: textOf(from['name'], 'name'),
      lostSwitches: texts('lostSwitches'),
      keptDisks: texts('keptDisks'),
    };
  },
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
  parse(value) {
    const from = fieldsOf(value, 'begin-disk-replace');
    return { file: textOf(from['file'], 'file'), old: textOf(from['old'], 'old'), name: textOf(from['name'], 'name') };
  },
};

export const completeDiskReplace: Operation<OfRun, { readonly name: string; readonly old: string }> = {
  name: 'complete-disk-replace',
  timeoutMs: 10 * minutes,
  failures: ['host/restore-gone', 'host/vm-not-found', 'host/vm-running', 'host/disk-not-found', 'host/grant-failed'],
  parse(value) {
    const from = fieldsOf(value, 'complete-disk-replace');
    return { name: textOf(from['name'], 'name'), old: textOf(from['old'], 'old') };
  },
};

export const undoRestore: Operation<OfRun, void> = {
  name: 'undo-restore',
  timeoutMs: hour,
  failures: ['input/invalid', 'host/import-failed', 'host/access-denied'],
  parse: () => undefined,
};
