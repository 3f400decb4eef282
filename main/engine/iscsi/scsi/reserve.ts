import { good, planned, type Command, type CommandContext, type CommandResult } from './command.ts';

const conflict: CommandResult = { status: 'conflict' };

/** RESERVE and RELEASE of SPC-2, which go with the session. With persistent registrations they are refused (SPC-2, 5.5.1). */
const reserve = (name: string, opcode: number, bytes: number): Command => ({
  name,
  opcode,
  access: 'none',
  usage: [opcode, 0, ...Array.from({ length: bytes - 3 }, () => 0), 0x07],
  plan: ({ unit, nexus }: CommandContext) =>
    planned(() => {
      if (unit.persistent.registrations.size > 0) return conflict;
      if (unit.reservedBy !== null && unit.reservedBy.port !== nexus.port) return conflict;
      unit.reservedBy = nexus;
      return good;
    }),
});

const release = (name: string, opcode: number, bytes: number): Command => ({
  name,
  opcode,
  access: 'always',
  usage: [opcode, 0, ...Array.from({ length: bytes - 3 }, () => 0), 0x07],
  plan: ({ unit, nexus }: CommandContext) =>
    planned(() => {
      if (unit.persistent.registrations.size > 0) return conflict;
      if (unit.reservedBy?.port === nexus.port) unit.reservedBy = null;
      return good;
    }),
});

export const reserveCommands: readonly Command[] = [
  reserve('RESERVE (6)', 0x16, 6),
  release('RELEASE (6)', 0x17, 6),
  reserve('RESERVE (10)', 0x56, 10),
  release('RELEASE (10)', 0x57, 10),
];
