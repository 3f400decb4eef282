import { basicCommands } from './basic-commands.ts';
import { check, type Command, type CommandContext, type CommandResult, type Planned } from './command.ts';
import { inquiryCommands, inquiryOfNothing } from './inquiry.ts';
import { modeCommands } from './mode-pages.ts';
import { reserveInCommands } from './persistent/reserve-in.ts';
import { reserveOutCommands } from './persistent/reserve-out.ts';
import { refuses } from './persistent/state.ts';
import { provisioningCommands } from './provisioning-commands.ts';
import { readCommands } from './read-commands.ts';
import { reserveCommands } from './reserve.ts';
import { senses } from './sense.ts';
import { reportCommands, reportLuns } from './supported.ts';
import type { LogicalUnit } from './unit.ts';
import { writeCommands } from './write-commands.ts';

const reportLunsOpcode = 0xa0;
const inquiryOpcode = 0x12;
const requestSenseOpcode = 0x03;

/** For the list of what is supported; answered before a unit is looked for. */
const reportLunsEntry: Command = {
  name: 'REPORT LUNS',
  opcode: reportLunsOpcode,
  access: 'always',
  usage: [0xa0, 0, 0xff, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0x07],
  plan: ({ cdb, unit }) => reportLuns(cdb, [unit.lun]),
};

const commands: readonly Command[] = [
  ...basicCommands,
  ...inquiryCommands,
  ...modeCommands,
  ...readCommands,
  ...writeCommands,
  ...provisioningCommands,
  ...reserveCommands,
  ...reserveInCommands,
  ...reserveOutCommands,
  reportLunsEntry,
  ...reportCommands(() => commands),
];

/** By opcode; where service actions tell commands apart, all of them. */
const byOpcode: ReadonlyMap<number, readonly Command[]> = Map.groupBy(commands, (command) => command.opcode);

/** Looks at a command for a unit, or for a number under which there is none. */
export function planCommand(
  units: ReadonlyMap<number, LogicalUnit>,
  lun: number | undefined,
  of: Omit<CommandContext, 'unit'>,
): Planned | CommandResult {
  const { cdb } = of;
  if (cdb[0] === reportLunsOpcode) return reportLuns(cdb, [...units.keys()]);
  const unit = lun === undefined ? undefined : units.get(lun);
  if (unit === undefined) return cdb[0] === inquiryOpcode ? inquiryOfNothing(cdb) : check(senses.noSuchUnit);
  return planForUnit({ ...of, unit });
}

function planForUnit(context: CommandContext): Planned | CommandResult {
  const { unit, nexus, cdb } = context;
  const told = cdb[0] === inquiryOpcode || cdb[0] === requestSenseOpcode;
  const attention = told ? undefined : unit.attentions.take(nexus);
  if (attention !== undefined) return check(attention);
  const candidates = byOpcode.get(cdb[0]!);
  if (candidates === undefined) return check(senses.invalidOpcode);
  const action = cdb[1]! & 0x1f;
  const command = candidates.find((each) => each.serviceAction === undefined || each.serviceAction === action);
  if (command === undefined) return check(senses.invalidField);
  if (isReserved(context, command)) return { status: 'conflict' };
  return command.plan(context);
}

/** Reservations of others: by RESERVE(6) all but what is always let through, by persistent ones what they say. */
function isReserved({ unit, nexus }: CommandContext, { access }: Command): boolean {
  if (access === 'always') return false;
  if (unit.reservedBy !== null && unit.reservedBy.port !== nexus.port) return true;
  return refuses(unit.persistent, nexus.port, access);
}
