import { address64 } from './blocks.ts';
import { check, dataUpTo, good, planned, type Command } from './command.ts';
import { senses, writeSense } from './sense.ts';

const testUnitReady: Command = {
  name: 'TEST UNIT READY',
  opcode: 0x00,
  access: 'none',
  usage: [0x00, 0, 0, 0, 0, 0x07],
  plan: () => planned(() => good),
};

/** Sense data goes with the command that failed; what is left to tell are attentions (SPC-4, 6.39). */
const requestSense: Command = {
  name: 'REQUEST SENSE',
  opcode: 0x03,
  access: 'always',
  usage: [0x03, 0x01, 0, 0, 0xff, 0x07],
  plan: ({ unit, nexus, cdb }) =>
    planned(() => {
      const sense = unit.attentions.take(nexus) ?? { key: 0, code: 0, qualifier: 0 };
      return dataUpTo(writeSense(sense, (cdb[1]! & 0x01) !== 0), cdb[4]!);
    }),
};

const readCapacity10: Command = {
  name: 'READ CAPACITY (10)',
  opcode: 0x25,
  access: 'none',
  usage: [0x25, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0x01, 0x07],
  plan: ({ unit, cdb }) => {
    const partial = (cdb[8]! & 0x01) !== 0;
    if (!partial && cdb.readUInt32BE(2) !== 0) return check(senses.invalidField);
    return planned(() => {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(Math.min(unit.blocks - 1, 0xffff_ffff), 0);
      bytes.writeUInt32BE(unit.blockBytes, 4);
      return { status: 'good', data: bytes };
    });
  },
};

const readCapacity16: Command = {
  name: 'READ CAPACITY (16)',
  opcode: 0x9e,
  serviceAction: 0x10,
  access: 'none',
  usage: [0x9e, 0x10, ...Array.from({ length: 12 }, () => 0xff), 0x01, 0x07],
  plan: ({ unit, cdb }) => {
    const partial = (cdb[14]! & 0x01) !== 0;
    if (!partial && address64(cdb) !== 0) return check(senses.invalidField);
    return planned(() => {
      const bytes = Buffer.alloc(32);
      bytes.writeBigUInt64BE(BigInt(unit.blocks - 1), 0);
      bytes.writeUInt32BE(unit.blockBytes, 8);
      bytes[13] = unit.physicalExponent;
      // LBPME and LBPRZ: thin, and what was given back reads as zeros.
      bytes[14] = 0xc0;
      return dataUpTo(bytes, cdb.readUInt32BE(10));
    });
  },
};

/** There is no medium to take out, so that there is nothing to start, stop or hold (SBC-3, 5.23, 5.12). */
const startStop: Command = {
  name: 'START STOP UNIT',
  opcode: 0x1b,
  access: 'none',
  usage: [0x1b, 0x01, 0, 0x0f, 0xf7, 0x07],
  plan: ({ cdb }) => {
    const loadOrEject = (cdb[4]! & 0x02) !== 0;
    return loadOrEject ? check(senses.invalidField) : planned(() => good);
  },
};

const preventAllow: Command = {
  name: 'PREVENT ALLOW MEDIUM REMOVAL',
  opcode: 0x1e,
  access: 'none',
  usage: [0x1e, 0, 0, 0, 0x03, 0x07],
  plan: () => planned(() => good),
};

/** READ DEFECT DATA (SBC-2, 5.14): there are none in any of the lists. */
const readDefectData = (name: string, opcode: number, long: boolean): Command => ({
  name,
  opcode,
  access: 'none',
  usage: long ? [opcode, 0x1f, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0x07] : [opcode, 0, 0x1f, 0, 0, 0, 0, 0xff, 0xff, 0x07],
  plan: ({ cdb }) => {
    const wanted = (long ? cdb[1]! : cdb[2]!) & 0x1f;
    const bytes = Buffer.alloc(long ? 8 : 4);
    bytes[1] = wanted;
    return planned(() => dataUpTo(bytes, long ? cdb.readUInt32BE(6) : cdb.readUInt16BE(7)));
  },
});

export const basicCommands: readonly Command[] = [
  testUnitReady,
  requestSense,
  readCapacity10,
  readCapacity16,
  startStop,
  preventAllow,
  readDefectData('READ DEFECT DATA (10)', 0x37, false),
  readDefectData('READ DEFECT DATA (12)', 0xb7, true),
];
