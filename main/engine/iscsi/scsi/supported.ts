/** Commands about commands and units (SPC-4, 6.33, 6.35, 6.36). */
import { check, dataUpTo, planned, type Command, type CommandResult, type Planned } from './command.ts';
import { senses } from './sense.ts';

const timeoutsBytes = 12;

/** REPORT SUPPORTED OPERATION CODES over all commands, itself among them. */
export function reportCommands(all: () => readonly Command[]): readonly Command[] {
  const supported: Command = {
    name: 'REPORT SUPPORTED OPERATION CODES',
    opcode: 0xa3,
    serviceAction: 0x0c,
    access: 'always',
    usage: [0xa3, 0x0c, 0x87, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0x07],
    plan: ({ cdb }): Planned | CommandResult => {
      const options = cdb[2]! & 0x07;
      const withTimeouts = (cdb[2]! & 0x80) !== 0;
      const data =
        options === 0
          ? everyCommand(all(), withTimeouts)
          : oneCommand(all(), { options, opcode: cdb[3]!, action: cdb.readUInt16BE(4), withTimeouts });
      if (data === undefined) return check(senses.invalidField);
      return planned(() => dataUpTo(data, cdb.readUInt32BE(6)));
    },
  };
  const functions: Command = {
    name: 'REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS',
    opcode: 0xa3,
    serviceAction: 0x0d,
    access: 'always',
    usage: [0xa3, 0x0d, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0x07],
    // ABORT TASK, ABORT TASK SET, CLEAR TASK SET, LOGICAL UNIT RESET; I_T NEXUS RESET not.
    plan: ({ cdb }) => planned(() => dataUpTo(Buffer.from([0xd8, 0, 0, 0]), cdb.readUInt32BE(6))),
  };
  return [supported, functions];
}

function everyCommand(all: readonly Command[], withTimeouts: boolean): Buffer {
  const descriptors = all.map((command) => {
    const bytes = Buffer.alloc(8 + (withTimeouts ? timeoutsBytes : 0));
    bytes[0] = command.opcode;
    bytes.writeUInt16BE(command.serviceAction ?? 0, 2);
    bytes[5] = (withTimeouts ? 0x02 : 0) | (command.serviceAction === undefined ? 0 : 0x01);
    bytes.writeUInt16BE(command.usage.length, 6);
    if (withTimeouts) bytes.writeUInt16BE(timeoutsBytes - 2, 8);
    return bytes;
  });
  const head = Buffer.alloc(4);
  const body = Buffer.concat(descriptors);
  head.writeUInt32BE(body.length, 0);
  return Buffer.concat([head, body]);
}

interface Asked {
  readonly options: number;
  readonly opcode: number;
  readonly action: number;
  readonly withTimeouts: boolean;
}

function oneCommand(all: readonly Command[], asked: Asked): Buffer | undefined {
  const sameOpcode = all.filter((command) => command.opcode === asked.opcode);
  const hasActions = sameOpcode.some((command) => command.serviceAction !== undefined);
  // Option 1 is for opcodes without service actions, option 2 for those with.
  if (asked.options > 3 || (sameOpcode.length > 0 && asked.options === 1 && hasActions)) return undefined;
  if (sameOpcode.length > 0 && asked.options === 2 && !hasActions) return undefined;
  const found = sameOpcode.find((command) => command.serviceAction === undefined || command.serviceAction === asked.action);
  const head = Buffer.alloc(4);
  const timeouts = found !== undefined && asked.withTimeouts;
  head[1] = (timeouts ? 0x80 : 0) | (found === undefined ? 0x01 : 0x03);
  if (found === undefined) return head;
  head.writeUInt16BE(found.usage.length, 2);
  const after = Buffer.alloc(timeouts ? timeoutsBytes : 0);
  if (timeouts) after.writeUInt16BE(timeoutsBytes - 2, 0);
  return Buffer.concat([head, Buffer.from(found.usage), after]);
}

/** REPORT LUNS is about the target, so that it is answered by every unit, and also where there is none (SPC-4, 6.33). */
export function reportLuns(cdb: Buffer, luns: readonly number[]): Planned | CommandResult {
  const allocation = cdb.readUInt32BE(6);
  if (cdb[2]! > 2) return check(senses.invalidField);
  if (allocation < 16) return check(senses.invalidField);
  const listed = cdb[2] === 1 ? [] : luns;
  const bytes = Buffer.alloc(8 + 8 * listed.length);
  bytes.writeUInt32BE(8 * listed.length, 0);
  for (const [index, lun] of listed.entries()) bytes[8 + 8 * index + 1] = lun;
  return planned(() => dataUpTo(bytes, allocation));
}
