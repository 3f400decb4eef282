import { corrupt, readU64 } from './damage.ts';
import { undoFixups } from './fixups.ts';
import {
  attributeHeader,
  attributeTypes,
  nonResidentHeader,
  readReference,
  recordFlags,
  recordHeader,
  residentHeader,
} from './layout.ts';

/** An attribute as it stands in one record: all of it, or one piece of a long one. Its content is parsed when it is asked for. */
export interface Attribute {
  readonly type: number;
  readonly name: string;
  readonly flags: number;
  readonly id: number;
  readonly isResident: boolean;
  /** First cluster of the attribute that this piece maps. */
  readonly lowestVcn: number;
  readonly bytes: Buffer;
}

export interface FileRecord {
  readonly number: number;
  readonly sequence: number;
  readonly inUse: boolean;
  readonly isFolder: boolean;
  /** The file that this record only holds more attributes of; null when it is a file's own. */
  readonly base: { readonly record: number; readonly sequence: number } | null;
  readonly attributes: readonly Attribute[];
}

/** Checks and undoes the fixups of `bytes`, which the result keeps. @throws format/ntfs-corrupt */
export function parseRecord(bytes: Buffer, number: number): FileRecord {
  undoFixups(bytes, 'FILE');
  const flags = bytes.readUInt16LE(recordHeader.flags);
  const used = Math.min(bytes.readUInt32LE(recordHeader.usedBytes), bytes.length);
  const attributes: Attribute[] = [];
  for (let at = bytes.readUInt16LE(recordHeader.firstAttribute); at + 4 <= used;) {
    if (bytes.readUInt32LE(at) === attributeTypes.end) break;
    const length = at + 16 <= used ? bytes.readUInt32LE(at + attributeHeader.length) : 0;
    if (length < 24 || length % 8 !== 0 || at + length > used) throw corrupt('attribute', { record: number, length });
    attributes.push(parseAttribute(bytes, { at, length, record: number }));
    at += length;
  }
  const base = readReference(bytes, recordHeader.baseRecord);
  return {
    number,
    sequence: bytes.readUInt16LE(recordHeader.sequence),
    inUse: (flags & recordFlags.inUse) !== 0,
    isFolder: (flags & recordFlags.folder) !== 0,
    base: base.record === 0 && base.sequence === 0 ? null : base,
    attributes,
  };
}

function parseAttribute(bytes: Buffer, of: { readonly at: number; readonly length: number; readonly record: number }): Attribute {
  const { at, length, record } = of;
  const isResident = bytes.readUInt8(at + attributeHeader.nonResident) === 0;
  const nameLength = bytes.readUInt8(at + attributeHeader.nameLength) * 2;
  const nameAt = bytes.readUInt16LE(at + attributeHeader.nameOffset);
  if (nameAt + nameLength > length || (!isResident && length < 64)) throw corrupt('attribute', { record });
  return {
    type: bytes.readUInt32LE(at + attributeHeader.type),
    name: nameLength === 0 ? '' : bytes.toString('utf16le', at + nameAt, at + nameAt + nameLength),
    flags: bytes.readUInt16LE(at + attributeHeader.flags),
    id: bytes.readUInt16LE(at + attributeHeader.id),
    isResident,
    lowestVcn: isResident ? 0 : readU64(bytes, at + nonResidentHeader.lowestVcn, 'attribute'),
    // Most attributes are never looked into, and a view costs more than all else here.
    get bytes() {
      return bytes.subarray(at, at + length);
    },
  };
}

/** The content of a resident attribute. @throws format/ntfs-corrupt */
export function residentContent(attribute: Attribute): Buffer {
  const { bytes } = attribute;
  const length = bytes.readUInt32LE(residentHeader.length);
  const offset = bytes.readUInt16LE(residentHeader.offset);
  if (!attribute.isResident || offset + length > bytes.length) throw corrupt('resident attribute', { type: attribute.type });
  return bytes.subarray(offset, offset + length);
}

export interface AttributeSizes {
  readonly size: number;
  /** Bytes ever written; what follows reads as zeros. */
  readonly initialized: number;
  readonly allocated: number;
  /** Clusters of a compression unit, as a power of two; 0 when the attribute has none. */
  readonly compressionUnit: number;
}

/** What the first piece of a non-resident attribute says of the whole. */
export function attributeSizes(attribute: Attribute): AttributeSizes {
  const { bytes } = attribute;
  if (attribute.isResident) {
    const { length } = residentContent(attribute);
    return { size: length, initialized: length, allocated: length, compressionUnit: 0 };
  }
  const read = (at: number): number => readU64(bytes, at, 'attribute sizes');
  const size = read(nonResidentHeader.size);
  const runsAt = bytes.readUInt16LE(nonResidentHeader.runsOffset);
  const hasCompressedSize = bytes.readUInt16LE(nonResidentHeader.compressionUnit) !== 0 && runsAt >= 72;
  return {
    size,
    initialized: Math.min(size, read(nonResidentHeader.initialized)),
    allocated: read(hasCompressedSize ? nonResidentHeader.compressed : nonResidentHeader.allocated),
    compressionUnit: bytes.readUInt8(nonResidentHeader.compressionUnit),
  };
}
