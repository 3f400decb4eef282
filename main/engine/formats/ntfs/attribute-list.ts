import { corrupt, readU64 } from './damage.ts';
import { readReference } from './layout.ts';
import { attributeSizes, residentContent, type Attribute } from './record.ts';
import { joinRuns, readRuns, type RunReader } from './runs.ts';

/** Where one piece of an attribute is to be found ([NTFS] "Attribute - $ATTRIBUTE_LIST"). */
export interface ListEntry {
  readonly type: number;
  readonly name: string;
  readonly lowestVcn: number;
  readonly record: number;
  readonly sequence: number;
  readonly id: number;
}

/** Windows stops at 256 KiB. */
const maximumBytes = 4 * 1024 * 1024;
const headerBytes = 26;

export async function readAttributeList(from: RunReader, list: Attribute): Promise<readonly ListEntry[]> {
  return parseList(list.isResident ? residentContent(list) : await wholeList(from, list));
}

async function wholeList(from: RunReader, list: Attribute): Promise<Buffer> {
  const { size } = attributeSizes(list);
  if (size > maximumBytes) throw corrupt('attribute list', { bytes: size });
  const bytes = Buffer.alloc(size);
  await readRuns(from, joinRuns([list], from.geometry), 0, bytes);
  return bytes;
}

function parseList(bytes: Buffer): readonly ListEntry[] {
  const entries: ListEntry[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = at + headerBytes <= bytes.length ? bytes.readUInt16LE(at + 4) : 0;
    if (length < headerBytes || at + length > bytes.length) throw corrupt('attribute list', { at, length });
    const nameAt = at + bytes.readUInt8(at + 7);
    const nameEnd = nameAt + bytes.readUInt8(at + 6) * 2;
    if (nameEnd !== nameAt && nameEnd > at + length) throw corrupt('attribute list', { at, nameEnd });
    entries.push({
      type: bytes.readUInt32LE(at),
      name: bytes.toString('utf16le', nameAt, nameEnd),
      lowestVcn: readU64(bytes, at + 8, 'attribute list'),
      ...readReference(bytes, at + 16),
      id: bytes.readUInt16LE(at + 24),
    });
    at += length;
  }
  return entries;
}
