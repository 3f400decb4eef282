import type { ScsiCommandPdu } from '../pdu/requests.ts';
import type { WriteTransfer } from './write-transfer.ts';

/** A command that was taken and not yet answered. */
export interface Task {
  readonly command: ScsiCommandPdu;
  readonly lun: number | undefined;
  /** Set while data of the initiator is awaited. */
  transfer: WriteTransfer | undefined;
  /** An aborted task is not answered. */
  aborted: boolean;
  /** Resolves once nothing of it runs any more. */
  readonly done: Promise<void>;
  readonly finish: () => void;
}

export interface Tasks {
  add(command: ScsiCommandPdu, lun: number | undefined): Task;
  find(tag: number): Task | undefined;
  remove(task: Task): void;
  all(): readonly Task[];
  readonly count: () => number;
}

export function openTasks(): Tasks {
  const open = new Map<number, Task>();
  return {
    add(command, lun) {
      let finish = (): void => undefined;
      const done = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const task: Task = { command, lun, transfer: undefined, aborted: false, done, finish };
      open.set(command.tag, task);
      return task;
    },
    find: (tag) => open.get(tag),
    remove(task) {
      if (open.get(task.command.tag) === task) open.delete(task.command.tag);
      task.finish();
    },
    all: () => [...open.values()],
    count: () => open.size,
  };
}

/** The number of a logical unit in its eight bytes (SAM-5, 4.7): peripheral or flat, one level; undefined for what we never report. */
export function parseLun(bytes: Buffer): number | undefined {
  if (bytes.subarray(2).some((byte) => byte !== 0)) return undefined;
  const method = bytes[0]! >> 6;
  if (method === 0) return bytes[0] === 0 ? bytes[1]! : undefined;
  return method === 1 ? ((bytes[0]! & 0x3f) << 8) | bytes[1]! : undefined;
}
