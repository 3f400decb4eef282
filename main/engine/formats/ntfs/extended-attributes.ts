import { corrupt } from './damage.ts';
import type { NtfsFile } from './file.ts';
import { attributeTypes } from './layout.ts';
import { openStream, readWhole } from './stream.ts';
import type { NtfsVolume } from './volume.ts';

const maximumBytes = 1024 * 1024;

export interface ExtendedAttribute {
  readonly name: string;
  readonly value: Uint8Array;
}

/** $EA holds FILE_FULL_EA_INFORMATION one after the other (MS-FSCC 2.4.16). */
export async function extendedAttributes(volume: NtfsVolume, file: NtfsFile): Promise<readonly ExtendedAttribute[]> {
  const pieces = await file.pieces(attributeTypes.extendedAttributes, '');
  if (pieces.length === 0) return [];
  const bytes = await readWhole(openStream(volume, pieces), 'extended attributes', maximumBytes);
  const found: ExtendedAttribute[] = [];
  for (let at = 0; at + 8 < bytes.length;) {
    const next = bytes.readUInt32LE(at);
    const nameEnd = at + 8 + bytes.readUInt8(at + 5);
    const valueEnd = nameEnd + 1 + bytes.readUInt16LE(at + 6);
    if (valueEnd > bytes.length || (next !== 0 && at + next < valueEnd)) throw corrupt('extended attributes', { at });
    found.push({ name: bytes.toString('latin1', at + 8, nameEnd), value: bytes.subarray(nameEnd + 1, valueEnd) });
    if (next === 0) break;
    at += next;
  }
  return found;
}
