import { parseGuid } from '#engine/bytes';
import { corrupt, unsupported } from './damage.ts';
import { parseSid, sidInSddl } from './sid.ts';

/** SECURITY_DESCRIPTOR (MS-DTYP 2.4.6): offsets of its parts, and the control bits that SDDL can say. */
const parts = { control: 2, owner: 4, group: 8, sacl: 12, dacl: 16, bytes: 20 } as const;
const control = {
  dacl: { present: 0x0004, requested: 0x0100, inherited: 0x0400, protected: 0x1000 },
  sacl: { present: 0x0010, requested: 0x0200, inherited: 0x0800, protected: 0x2000 },
} as const;

/**
 * A self-relative security descriptor as text (MS-DTYP 2.5.1).
 * @throws HostkeepError format/ntfs-corrupt, format/ntfs-unsupported for entries with conditions, which are not left out silently
 */
export function sddlOf(descriptor: Uint8Array): string {
  const bytes = Buffer.from(descriptor.buffer, descriptor.byteOffset, descriptor.byteLength);
  if (bytes.length < parts.bytes || bytes.readUInt8(0) !== 1) throw corrupt('security descriptor', { bytes: bytes.length });
  const sid = (letter: string, at: number): string => {
    const offset = bytes.readUInt32LE(at);
    return offset === 0 ? '' : `${letter}:${sidInSddl(parseSid(bytes, offset).text)}`;
  };
  return [
    sid('O', parts.owner),
    sid('G', parts.group),
    aclText(bytes, 'D', parts.dacl, control.dacl),
    aclText(bytes, 'S', parts.sacl, control.sacl),
  ].join('');
}

interface ControlBits {
  readonly present: number;
  readonly requested: number;
  readonly inherited: number;
  readonly protected: number;
}

/** MS-DTYP 2.4.5. A list that is said to be present and is not there means access for all. */
function aclText(bytes: Buffer, letter: 'D' | 'S', at: number, bits: ControlBits): string {
  const flags = bytes.readUInt16LE(parts.control);
  if ((flags & bits.present) === 0) return '';
  const head = (flags & bits.protected ? 'P' : '') + (flags & bits.requested ? 'AR' : '') + (flags & bits.inherited ? 'AI' : '');
  const offset = bytes.readUInt32LE(at);
  if (offset === 0) return `${letter}:${head}NO_ACCESS_CONTROL`;
  if (offset + 8 > bytes.length) throw corrupt('access control list', { offset });
  const end = offset + bytes.readUInt16LE(offset + 2);
  const count = bytes.readUInt16LE(offset + 4);
  const entries: string[] = [];
  for (let entryAt = offset + 8; entries.length < count;) {
    const length = entryAt + 4 <= bytes.length ? bytes.readUInt16LE(entryAt + 2) : 0;
    if (length < 8 || entryAt + length > Math.min(end, bytes.length)) throw corrupt('access control entry', { at: entryAt });
    entries.push(aceText(bytes.subarray(entryAt, entryAt + length)));
    entryAt += length;
  }
  return `${letter}:${head}${entries.join('')}`;
}

const aceTypes: ReadonlyMap<number, string> = new Map([
  [0x00, 'A'],
  [0x01, 'D'],
  [0x02, 'AU'],
  [0x03, 'AL'],
  [0x05, 'OA'],
  [0x06, 'OD'],
  [0x07, 'OU'],
  [0x08, 'OL'],
  [0x11, 'ML'],
  [0x13, 'SP'],
]);
const objectTypes: readonly number[] = [0x05, 0x06, 0x07, 0x08];
const labelType = 0x11;
const aceFlags = [
  [0x01, 'OI'],
  [0x02, 'CI'],
  [0x04, 'NP'],
  [0x08, 'IO'],
  [0x10, 'ID'],
  [0x40, 'SA'],
  [0x80, 'FA'],
] as const;

/** MS-DTYP 2.4.4. */
function aceText(ace: Buffer): string {
  const type = ace.readUInt8(0);
  const word = aceTypes.get(type);
  if (word === undefined) throw unsupported(`access control entry of type ${type}`);
  const flags = aceFlags.map(([bit, text]) => (ace.readUInt8(1) & bit ? text : '')).join('');
  const { guids, sidAt } = objectTypes.includes(type) ? objectGuids(ace) : { guids: ';', sidAt: 8 };
  const rights = rightsText(ace.readUInt32LE(4), type);
  return `(${word};${flags};${rights};${guids};${sidInSddl(parseSid(ace, sidAt).text)})`;
}

/** MS-DTYP 2.4.4.3: two optional GUIDs before the SID. */
function objectGuids(ace: Buffer): { readonly guids: string; readonly sidAt: number } {
  const present = ace.length >= 12 ? ace.readUInt32LE(8) : 0;
  let at = 12;
  const guid = (bit: number): string => {
    if ((present & bit) === 0) return '';
    if (at + 16 > ace.length) throw corrupt('access control entry', { at });
    at += 16;
    return parseGuid(ace.subarray(at - 16, at));
  };
  return { guids: `${guid(1)};${guid(2)}`, sidAt: at };
}

const wholeRights: ReadonlyMap<number, string> = new Map([
  [0x001f01ff, 'FA'],
  [0x00120089, 'FR'],
  [0x00120116, 'FW'],
  [0x001200a0, 'FX'],
  [0x10000000, 'GA'],
  [0x80000000, 'GR'],
  [0x40000000, 'GW'],
  [0x20000000, 'GX'],
]);
const labelRights: ReadonlyMap<number, string> = new Map([
  [1, 'NW'],
  [2, 'NR'],
  [4, 'NX'],
]);

function rightsText(mask: number, type: number): string {
  return (type === labelType ? labelRights : wholeRights).get(mask) ?? `0x${mask.toString(16)}`;
}
