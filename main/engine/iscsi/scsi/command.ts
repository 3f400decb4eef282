import type { Nexus } from './nexus.ts';
import type { Sense } from './sense.ts';
import type { LogicalUnit } from './unit.ts';

/** What a command ends with. */
export type CommandResult =
  | { readonly status: 'good'; readonly data?: Uint8Array }
  /** Data that is read off the disk while it is sent. */
  | { readonly status: 'good'; readonly read: { readonly offset: number; readonly length: number } }
  | { readonly status: 'check'; readonly sense: Sense }
  | { readonly status: 'conflict' }
  /** There is no memory for it now: the initiator asks again (SAM-5, 5.3.1). */
  | { readonly status: 'taskSetFull' };

export const good: CommandResult = { status: 'good' };
export const check = (sense: Sense): CommandResult => ({ status: 'check', sense });

/** A command that was looked at: it can be run once its data is there. */
export interface Planned {
  /** How much the command wants from the initiator. */
  readonly takesBytes: number;
  readonly run: (data: Buffer) => CommandResult | Promise<CommandResult>;
}

/** What a command does to a disk; it decides what a reservation of somebody else means for it. */
export type Access = 'read' | 'write' | 'none' | 'always';

export interface CommandContext {
  readonly unit: LogicalUnit;
  readonly nexus: Nexus;
  readonly cdb: Buffer;
  /** How much data the initiator says that it has for the command. */
  readonly announcedBytes: number;
  /** Aborts the tasks of other ports for the unit; resolves once nothing of them runs. */
  readonly abortTasks: (ports: readonly string[]) => Promise<void>;
}

export interface Command {
  readonly name: string;
  readonly opcode: number;
  /** For opcodes that are many commands: bits 0 to 4 of byte 1. */
  readonly serviceAction?: number;
  readonly access: Access;
  /** Which bits of the CDB are looked at (SPC-4, 6.35.3): one byte for each of the CDB. */
  readonly usage: readonly number[];
  /** Looks at the CDB: what is wrong with it is known before any data is asked for. */
  readonly plan: (context: CommandContext) => Planned | CommandResult;
}

/** A command without data from the initiator. */
export function planned(run: () => CommandResult | Promise<CommandResult>): Planned {
  return { takesBytes: 0, run };
}

/** Data of which the initiator takes at most so much. */
export function dataUpTo(data: Uint8Array, allocationLength: number): CommandResult {
  return { status: 'good', data: data.subarray(0, allocationLength) };
}
