import { hasCode } from '#contract';
import { check, type CommandResult } from './command.ts';
import { senses } from './sense.ts';
import type { LogicalUnit } from './unit.ts';

/** Where a command works, in logical blocks. */
export interface BlockRange {
  readonly first: number;
  readonly count: number;
}

/** The address and length fields of the four sizes of CDBs (SBC-3, 5). */
export const cdbRanges = {
  /** Of a zero length 256 blocks are meant. */
  six: (cdb: Buffer): BlockRange => ({ first: cdb.readUIntBE(1, 3) & 0x1f_ffff, count: cdb[4] === 0 ? 256 : cdb[4]! }),
  ten: (cdb: Buffer): BlockRange => ({ first: cdb.readUInt32BE(2), count: cdb.readUInt16BE(7) }),
  twelve: (cdb: Buffer): BlockRange => ({ first: cdb.readUInt32BE(2), count: cdb.readUInt32BE(6) }),
  sixteen: (cdb: Buffer): BlockRange => ({ first: address64(cdb), count: cdb.readUInt32BE(10) }),
} as const;

/** An address past what a number holds is past every disk. */
export function address64(cdb: Buffer): number {
  const address = cdb.readBigUInt64BE(2);
  return address > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(address);
}

/** Why the range cannot be, or undefined. */
export function refuseRange(unit: LogicalUnit, { first, count }: BlockRange, limitBlocks?: number): CommandResult | undefined {
  if (first > unit.blocks || count > unit.blocks - first) return check(senses.outOfRange);
  // An address right behind the disk with no blocks is out of range too (SBC-3, 4.4.3).
  if (count === 0 && first >= unit.blocks) return check(senses.outOfRange);
  return limitBlocks !== undefined && count > limitBlocks ? check(senses.invalidField) : undefined;
}

export function isWriteProtected(unit: LogicalUnit): boolean {
  return unit.readOnly || unit.modes.softwareWriteProtect;
}

/** Runs what touches the disk; its failures become sense data, and those that are no initiator's business are told to the publisher. */
export async function onDisk(
  unit: LogicalUnit,
  what: 'read' | 'write',
  act: () => Promise<CommandResult>,
): Promise<CommandResult> {
  try {
    return await act();
  } catch (error) {
    unit.onFault(error);
    if (hasCode(error, 'overlay/full')) return check(senses.spaceExhausted);
    return check(what === 'read' ? senses.readError : senses.writeError);
  }
}

/** Flushes after a write that must not wait in a cache: forced by the command, or because the cache is switched off. */
export async function settleWrite(unit: LogicalUnit, force: boolean): Promise<void> {
  if (force || !unit.modes.writeCache) await unit.disk.flush();
}
