/** Mode pages (SPC-4, 7.5; SBC-3, 6.4). */
import { isWriteProtected } from './blocks.ts';
import {
  check,
  dataUpTo,
  good,
  planned,
  type Command,
  type CommandContext,
  type CommandResult,
  type Planned,
} from './command.ts';
import { senses } from './sense.ts';
import { tellOthers, type LogicalUnit, type UnitModes } from './unit.ts';

/** Current, changeable and default values; nothing is saved. */
type PageControl = 0 | 1 | 2;

type ModePage = (modes: UnitModes, control: PageControl) => Buffer;

const defaults: UnitModes = { softwareWriteProtect: false, descriptorSense: false, writeCache: true };
const changeable: UnitModes = { softwareWriteProtect: true, descriptorSense: true, writeCache: true };

const valuesOf = (modes: UnitModes, control: PageControl): UnitModes =>
  control === 0 ? modes : control === 1 ? changeable : defaults;

const pages: ReadonlyMap<number, ModePage> = new Map<number, ModePage>([
  [0x01, () => modePage(0x01, 0x0a)],
  [
    0x08,
    (modes, control) => {
      const page = modePage(0x08, 0x12);
      page[2] = valuesOf(modes, control).writeCache ? 0x04 : 0;
      return page;
    },
  ],
  [
    0x0a,
    (modes, control) => {
      const page = modePage(0x0a, 0x0a);
      const values = valuesOf(modes, control);
      page[2] = values.descriptorSense ? 0x04 : 0;
      // Commands may be reordered (SPC-4, 7.5.8).
      page[3] = control === 1 ? 0 : 0x10;
      page[4] = values.softwareWriteProtect ? 0x08 : 0;
      if (control !== 1) page.writeUInt16BE(0xffff, 8);
      return page;
    },
  ],
  [0x1c, () => modePage(0x1c, 0x0a)],
]);

function modePage(code: number, length: number): Buffer {
  const page = Buffer.alloc(2 + length);
  page[0] = code;
  page[1] = length;
  return page;
}

const modeSense = (name: string, opcode: number, long: boolean): Command => ({
  name,
  opcode,
  access: 'none',
  usage: long ? [opcode, 0x18, 0xff, 0xff, 0, 0, 0, 0xff, 0xff, 0x07] : [opcode, 0x08, 0xff, 0xff, 0xff, 0x07],
  plan: ({ unit, cdb }) => {
    const control = cdb[2]! >> 6;
    const code = cdb[2]! & 0x3f;
    const subpage = cdb[3]!;
    if (control === 3) return check(senses.savingNotSupported);
    if (subpage !== 0 && subpage !== 0xff) return check(senses.invalidField);
    const chosen = code === 0x3f ? [...pages.values()] : [pages.get(code)].filter((page) => page !== undefined);
    if (chosen.length === 0) return check(senses.invalidField);
    const body = Buffer.concat(chosen.map((page) => page(unit.modes, control as PageControl)));
    const descriptor = (cdb[1]! & 0x08) === 0 ? blockDescriptor(unit, long && (cdb[1]! & 0x10) !== 0) : Buffer.alloc(0);
    const data = Buffer.concat([modeHeader(unit, { long, descriptor, bodyBytes: body.length }), descriptor, body]);
    return planned(() => dataUpTo(data, long ? cdb.readUInt16BE(7) : cdb[4]!));
  },
});

function modeHeader(
  unit: LogicalUnit,
  of: { readonly long: boolean; readonly descriptor: Buffer; readonly bodyBytes: number },
): Buffer {
  // WP, and DPOFUA: both bits are understood (SBC-3, 6.4.1).
  const flags = (isWriteProtected(unit) ? 0x80 : 0) | 0x10;
  if (!of.long) return Buffer.from([3 + of.descriptor.length + of.bodyBytes, 0, flags, of.descriptor.length]);
  const header = Buffer.alloc(8);
  header.writeUInt16BE(6 + of.descriptor.length + of.bodyBytes, 0);
  header[3] = flags;
  header[4] = of.descriptor.length === 16 ? 1 : 0;
  header.writeUInt16BE(of.descriptor.length, 6);
  return header;
}

function blockDescriptor({ blocks, blockBytes }: LogicalUnit, long: boolean): Buffer {
  const descriptor = Buffer.alloc(long ? 16 : 8);
  if (long) {
    descriptor.writeBigUInt64BE(BigInt(blocks), 0);
    descriptor.writeUInt32BE(blockBytes, 12);
  } else {
    descriptor.writeUInt32BE(Math.min(blocks, 0xffff_ffff), 0);
    descriptor.writeUIntBE(blockBytes, 5, 3);
  }
  return descriptor;
}

const modeSelect = (name: string, opcode: number, long: boolean): Command => ({
  name,
  opcode,
  access: 'none',
  usage: long ? [opcode, 0x10, 0, 0, 0, 0, 0, 0xff, 0xff, 0x07] : [opcode, 0x10, 0, 0, 0xff, 0x07],
  plan: (context): Planned | CommandResult => {
    const { cdb } = context;
    // Pages as the standard has them (PF), and nothing is saved (SP).
    if ((cdb[1]! & 0x11) !== 0x10) return check(senses.invalidField);
    const length = long ? cdb.readUInt16BE(7) : cdb[4]!;
    return { takesBytes: length, run: (data) => (length === 0 ? good : select(context, data, long)) };
  },
});

function select({ unit, nexus }: CommandContext, data: Buffer, long: boolean): CommandResult {
  const header = long ? 8 : 4;
  if (data.length < header) return check(senses.parameterListLength);
  let at = header + (long ? data.readUInt16BE(6) : data[3]!);
  let wanted: UnitModes = { ...unit.modes };
  while (at < data.length) {
    const code = data[at]! & 0x3f;
    const page = pages.get(code);
    const length = data[at + 1];
    if (page === undefined || length === undefined || (data[at]! & 0x40) !== 0) return check(senses.invalidParameterField);
    const given = data.subarray(at, at + 2 + length);
    const now = page(unit.modes, 0);
    if (given.length !== now.length) return check(senses.parameterListLength);
    if (!onlyChangeable(given, now, page(unit.modes, 1))) return check(senses.invalidParameterField);
    wanted = withPage(wanted, code, given);
    at += given.length;
  }
  const changed = JSON.stringify(wanted) !== JSON.stringify(unit.modes);
  Object.assign(unit.modes, wanted);
  if (changed) tellOthers(unit, nexus.port, senses.modeChanged);
  return good;
}

/** Bits that cannot be changed must be as they are (SPC-4, 6.11). */
function onlyChangeable(given: Buffer, now: Buffer, mask: Buffer): boolean {
  return given.every((byte, at) => at < 2 || ((byte ^ now[at]!) & ~mask[at]! & 0xff) === 0);
}

function withPage(modes: UnitModes, code: number, page: Buffer): UnitModes {
  if (code === 0x08) return { ...modes, writeCache: (page[2]! & 0x04) !== 0 };
  if (code === 0x0a) return { ...modes, descriptorSense: (page[2]! & 0x04) !== 0, softwareWriteProtect: (page[4]! & 0x08) !== 0 };
  return modes;
}

export const modeCommands: readonly Command[] = [
  modeSense('MODE SENSE (6)', 0x1a, false),
  modeSense('MODE SENSE (10)', 0x5a, true),
  modeSelect('MODE SELECT (6)', 0x15, false),
  modeSelect('MODE SELECT (10)', 0x55, true),
];
