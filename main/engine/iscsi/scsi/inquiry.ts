import { check, dataUpTo, planned, type Command } from './command.ts';
import { senses } from './sense.ts';
import { vitalPages } from './vital-pages.ts';

export const vendor = 'HOSTKEEP';
const product = 'RESTORE POINT   ';
const revision = '0001';
/** SAM-5, iSCSI, SPC-4, SBC-3 (SPC-4, table D.1). */
const versions = [0x00a0, 0x0960, 0x0460, 0x04c0];

/** INQUIRY (SPC-4, 6.6). */
export const inquiryCommands: readonly Command[] = [
  {
    name: 'INQUIRY',
    opcode: 0x12,
    access: 'always',
    usage: [0x12, 0x01, 0xff, 0xff, 0xff, 0x07],
    plan: (context) => {
      const { cdb } = context;
      const vital = (cdb[1]! & 0x01) !== 0;
      const page = cdb[2]!;
      if ((cdb[1]! & 0xfe) !== 0 || (!vital && page !== 0)) return check(senses.invalidField);
      const data = vital ? vitalPages.get(page)?.(context.unit) : standardInquiry(true);
      if (data === undefined) return check(senses.invalidField);
      return planned(() => dataUpTo(data, cdb.readUInt16BE(3)));
    },
  },
];

/** Standard data (6.6.2); of a unit that is not there the qualifier says so. */
function standardInquiry(present: boolean): Buffer {
  const bytes = Buffer.alloc(96);
  bytes[0] = present ? 0x00 : 0x7f;
  bytes[2] = 0x06;
  bytes[3] = 0x12;
  bytes[4] = bytes.length - 5;
  bytes[7] = 0x02;
  bytes.write(vendor, 8, 'latin1');
  bytes.write(product, 16, 'latin1');
  bytes.write(revision, 32, 'latin1');
  for (const [index, version] of versions.entries()) bytes.writeUInt16BE(version, 58 + 2 * index);
  return bytes;
}

/** INQUIRY to a unit that is not there is answered all the same (SPC-4, 6.6.2). */
export function inquiryOfNothing(cdb: Buffer): ReturnType<Command['plan']> {
  if ((cdb[1]! & 0x01) !== 0 || cdb[2] !== 0) return check(senses.noSuchUnit);
  return planned(() => dataUpTo(standardInquiry(false), cdb.readUInt16BE(3)));
}
