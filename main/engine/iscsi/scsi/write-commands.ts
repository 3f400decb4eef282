import { readBytes } from '#engine/blocks';
import { cdbRanges, isWriteProtected, onDisk, refuseRange, settleWrite, type BlockRange } from './blocks.ts';
import { check, good, planned, type Command, type CommandContext, type CommandResult, type Planned } from './command.ts';
import { maxCompareBlocks, maxTransferBytes } from './limits.ts';
import { firstDifference, usages } from './read-commands.ts';
import { senses } from './sense.ts';
import type { LogicalUnit } from './unit.ts';

interface Form {
  readonly name: string;
  readonly opcode: number;
  readonly range: (cdb: Buffer) => BlockRange;
  readonly usage: readonly number[];
}

const protectionMask = 0xe0;
const fua = 0x08;

/** A writing command on a range whose data is as long as the range. */
function writing(
  { name, opcode, range, usage }: Form,
  act: (context: CommandContext, offset: number, data: Buffer) => Promise<CommandResult>,
): Command {
  return {
    name,
    opcode,
    access: 'write',
    usage,
    plan: (context): Planned | CommandResult => {
      const { unit, cdb } = context;
      if (opcode !== 0x0a && (cdb[1]! & protectionMask) !== 0) return check(senses.invalidField);
      if (isWriteProtected(unit)) return check(senses.writeProtected);
      const { first, count } = range(cdb);
      const refused = refuseRange(unit, { first, count }, maxTransferBytes / unit.blockBytes);
      if (refused !== undefined) return refused;
      return {
        takesBytes: count * unit.blockBytes,
        run: (data) =>
          onDisk(unit, 'write', () =>
            unit.locked(first, count, () => act(context, first * unit.blockBytes, wholeBlocks(unit, data))),
          ),
      };
    },
  };
}

/** Where the initiator sent less than it announced, only whole blocks are written. */
function wholeBlocks(unit: LogicalUnit, data: Buffer): Buffer {
  return data.subarray(0, data.length - (data.length % unit.blockBytes));
}

const write = (form: Form): Command =>
  writing(form, async ({ unit, cdb }, offset, data) => {
    await unit.disk.write(offset, data);
    await settleWrite(unit, form.opcode !== 0x0a && (cdb[1]! & fua) !== 0);
    return good;
  });

/** WRITE AND VERIFY (SBC-3, 5.37): what lies there afterwards is read back; with BYTCHK it must be what was sent. */
const writeAndVerify = (form: Form): Command => {
  const command = writing(form, async ({ unit, cdb }, offset, data) => {
    await unit.disk.write(offset, data);
    await unit.disk.flush();
    const found = await readBytes(unit.disk, offset, data.length);
    const compare = (cdb[1]! & 0x02) !== 0;
    return compare && !found.equals(data) ? check({ ...senses.miscompare, information: firstDifference(found, data) }) : good;
  });
  return { ...command, plan: (context) => ((context.cdb[1]! & 0x04) !== 0 ? check(senses.invalidField) : command.plan(context)) };
};

/** ORWRITE (SBC-3, 5.7). */
const orWrite = writing(
  { name: 'ORWRITE (16)', opcode: 0x8b, range: cdbRanges.sixteen, usage: usages.usage16(0x8b, 0x18) },
  async ({ unit, cdb }, offset, data) => {
    const found = await readBytes(unit.disk, offset, data.length);
    for (let at = 0; at < found.length; at += 1) found[at]! |= data[at]!;
    await unit.disk.write(offset, found);
    await settleWrite(unit, (cdb[1]! & fua) !== 0);
    return good;
  },
);

/** COMPARE AND WRITE (SBC-3, 5.3): one act, for everybody who looks. */
const compareAndWrite: Command = {
  name: 'COMPARE AND WRITE',
  opcode: 0x89,
  access: 'write',
  usage: [0x89, 0x18, ...Array.from({ length: 8 }, () => 0xff), 0, 0, 0, 0xff, 0x3f, 0x07],
  plan: ({ unit, cdb, announcedBytes }) => {
    if ((cdb[1]! & protectionMask) !== 0) return check(senses.invalidField);
    if (isWriteProtected(unit)) return check(senses.writeProtected);
    const range = { first: cdbRanges.sixteen(cdb).first, count: cdb[13]! };
    const refused = refuseRange(unit, range, maxCompareBlocks);
    if (refused !== undefined) return refused;
    // Half of the data is compared, half is written: with more or less of it nobody knows which is which.
    if (announcedBytes !== 2 * range.count * unit.blockBytes) return check(senses.invalidField);
    const length = range.count * unit.blockBytes;
    const offset = range.first * unit.blockBytes;
    const act = async (data: Buffer): Promise<CommandResult> => {
      if (data.length < 2 * length) return check(senses.invalidField);
      const found = await readBytes(unit.disk, offset, length);
      const wanted = data.subarray(0, length);
      if (!found.equals(wanted)) return check({ ...senses.miscompare, information: firstDifference(found, wanted) });
      await unit.disk.write(offset, data.subarray(length, 2 * length));
      await settleWrite(unit, (cdb[1]! & fua) !== 0);
      return good;
    };
    return {
      takesBytes: 2 * length,
      run: (data) => onDisk(unit, 'write', () => unit.locked(range.first, range.count, () => act(data))),
    };
  },
};

/** SYNCHRONIZE CACHE (SBC-3, 5.24): all of it, whatever range is named. */
const synchronize = (name: string, opcode: number, range: (cdb: Buffer) => BlockRange, usage: readonly number[]): Command => ({
  name,
  opcode,
  access: 'write',
  usage,
  plan: ({ unit, cdb }) =>
    refuseRange(unit, range(cdb)) ??
    planned(() =>
      onDisk(unit, 'write', async () => {
        if (!unit.readOnly) await unit.disk.flush();
        return good;
      }),
    ),
});

const { six, ten, twelve, sixteen } = cdbRanges;
const { usage10, usage12, usage16 } = usages;

export const writeCommands: readonly Command[] = [
  write({ name: 'WRITE (6)', opcode: 0x0a, range: six, usage: usages.six(0x0a) }),
  write({ name: 'WRITE (10)', opcode: 0x2a, range: ten, usage: usage10(0x2a, 0x18) }),
  write({ name: 'WRITE (12)', opcode: 0xaa, range: twelve, usage: usage12(0xaa, 0x18) }),
  write({ name: 'WRITE (16)', opcode: 0x8a, range: sixteen, usage: usage16(0x8a, 0x18) }),
  writeAndVerify({ name: 'WRITE AND VERIFY (10)', opcode: 0x2e, range: ten, usage: usage10(0x2e, 0x12) }),
  writeAndVerify({ name: 'WRITE AND VERIFY (12)', opcode: 0xae, range: twelve, usage: usage12(0xae, 0x12) }),
  writeAndVerify({ name: 'WRITE AND VERIFY (16)', opcode: 0x8e, range: sixteen, usage: usage16(0x8e, 0x12) }),
  orWrite,
  compareAndWrite,
  synchronize('SYNCHRONIZE CACHE (10)', 0x35, ten, usage10(0x35, 0x02)),
  synchronize('SYNCHRONIZE CACHE (16)', 0x91, sixteen, usage16(0x91, 0x02)),
];
