import { corrupt } from './damage.ts';

/** A SID as it lies in a descriptor (MS-DTYP 2.4.2.2), and the bytes it takes. */
export interface Sid {
  readonly text: string;
  readonly bytes: number;
}

export function parseSid(bytes: Buffer, at: number): Sid {
  const count = at + 8 <= bytes.length ? bytes.readUInt8(at + 1) : -1;
  if (count < 0 || count > 15 || bytes.readUInt8(at) !== 1 || at + 8 + count * 4 > bytes.length) throw corrupt('SID', { at });
  const authority = bytes.readUIntBE(at + 2, 6);
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(at + 8 + index * 4));
  const head = authority >= 2 ** 32 ? `0x${authority.toString(16).padStart(12, '0')}` : String(authority);
  return { text: ['S-1', head, ...parts].join('-'), bytes: 8 + count * 4 };
}

/** Two letters for SIDs that mean the same on every machine (MS-DTYP 2.5.1.1); others are written out. */
export function sidInSddl(sid: string): string {
  return aliases.get(sid) ?? sid;
}

const aliases: ReadonlyMap<string, string> = new Map([
  ['S-1-1-0', 'WD'],
  ['S-1-3-0', 'CO'],
  ['S-1-3-1', 'CG'],
  ['S-1-3-4', 'OW'],
  ['S-1-5-2', 'NU'],
  ['S-1-5-4', 'IU'],
  ['S-1-5-6', 'SU'],
  ['S-1-5-7', 'AN'],
  ['S-1-5-9', 'ED'],
  ['S-1-5-10', 'PS'],
  ['S-1-5-11', 'AU'],
  ['S-1-5-12', 'RC'],
  ['S-1-5-18', 'SY'],
  ['S-1-5-19', 'LS'],
  ['S-1-5-20', 'NS'],
  ['S-1-5-32-544', 'BA'],
  ['S-1-5-32-545', 'BU'],
  ['S-1-5-32-546', 'BG'],
  ['S-1-5-32-547', 'PU'],
  ['S-1-5-32-548', 'AO'],
  ['S-1-5-32-549', 'SO'],
  ['S-1-5-32-550', 'PO'],
  ['S-1-5-32-551', 'BO'],
  ['S-1-5-32-552', 'RE'],
  ['S-1-15-2-1', 'AC'],
  ['S-1-16-4096', 'LW'],
  ['S-1-16-8192', 'ME'],
  ['S-1-16-12288', 'HI'],
  ['S-1-16-16384', 'SI'],
]);
