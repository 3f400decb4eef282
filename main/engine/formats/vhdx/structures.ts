import { writeGuid } from '#engine/bytes';
import { checksumOf, nullGuid } from './header.ts';
import {
  fileSignature,
  headerBytes,
  headerField,
  headerOffsets,
  headerSectionBytes,
  headerSignature,
  metadataGuid,
  metadataSignature,
  metadataTableBytes,
  mib,
  parentLocatorType,
  regionGuid,
  regionSignature,
  regionTableBytes,
  regionTableOffsets,
  type VhdxGeometry,
} from './layout.ts';

/** What a VHDX file that we write is to be. */
export interface VhdxShape extends VhdxGeometry {
  /** Virtual disk identifier: a GUID in lower case. */
  readonly diskId: string;
  readonly fixed: boolean;
  /** Key-value pairs of the parent locator, for a differencing disk. */
  readonly parent?: Readonly<Record<string, string>>;
}

/** Where our own files have their log, metadata and BAT. */
export const ownLayout = {
  logOffset: mib,
  logLength: mib,
  metadataOffset: 2 * mib,
  metadataLength: mib,
  batOffset: 3 * mib,
} as const;

export interface WriteGuids {
  readonly sequenceNumber: bigint;
  readonly fileWriteGuid: string;
  readonly dataWriteGuid: string;
}

/** The first megabyte: file identifier, both headers, both region tables. */
export function headerSection(guids: WriteGuids, batLength: number): Buffer {
  const section = Buffer.alloc(headerSectionBytes);
  section.write(fileSignature, 0, 'latin1');
  section.write('Hostkeep', 8, 'utf16le');
  headerOffsets.forEach((offset, slot) =>
    header({ ...guids, sequenceNumber: guids.sequenceNumber + BigInt(slot) }).copy(section, offset),
  );
  for (const offset of regionTableOffsets) regionTable(batLength).copy(section, offset);
  return section;
}

/** One header [2.2.2], with an empty log. */
export function header(guids: WriteGuids): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.write(headerSignature, 0, 'latin1');
  bytes.writeBigUInt64LE(guids.sequenceNumber, headerField.sequenceNumber);
  writeGuid(guids.fileWriteGuid).copy(bytes, headerField.fileWriteGuid);
  writeGuid(guids.dataWriteGuid).copy(bytes, headerField.dataWriteGuid);
  writeGuid(nullGuid).copy(bytes, headerField.logGuid);
  bytes.writeUInt16LE(1, headerField.version);
  bytes.writeUInt32LE(ownLayout.logLength, headerField.logLength);
  bytes.writeBigUInt64LE(BigInt(ownLayout.logOffset), headerField.logOffset);
  return withChecksum(bytes);
}

function regionTable(batLength: number): Buffer {
  const bytes = Buffer.alloc(regionTableBytes);
  bytes.write(regionSignature, 0, 'latin1');
  bytes.writeUInt32LE(2, 8);
  const rows = [
    { guid: regionGuid.bat, offset: ownLayout.batOffset, length: batLength },
    { guid: regionGuid.metadata, offset: ownLayout.metadataOffset, length: ownLayout.metadataLength },
  ];
  rows.forEach((row, index) => {
    const at = 16 + index * 32;
    writeGuid(row.guid).copy(bytes, at);
    bytes.writeBigUInt64LE(BigInt(row.offset), at + 16);
    bytes.writeUInt32LE(row.length, at + 24);
    bytes.writeUInt32LE(1, at + 28);
  });
  return withChecksum(bytes);
}

function withChecksum(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(checksumOf(bytes), 4);
  return bytes;
}

/** Flags of a metadata item [2.6.1.2]: 2 describes the virtual disk, 4 must be understood. */
const itemFlags = { file: 4, disk: 6 };

/** The metadata region [2.6]: its table, and the items from 64 KiB on. */
export function metadataRegion(shape: VhdxShape): Buffer {
  const items = metadataItems(shape);
  const bytes = Buffer.alloc(ownLayout.metadataLength);
  bytes.write(metadataSignature, 0, 'latin1');
  bytes.writeUInt16LE(items.length, 10);
  let offset = metadataTableBytes;
  items.forEach((item, index) => {
    const at = 32 + index * 32;
    writeGuid(item.guid).copy(bytes, at);
    bytes.writeUInt32LE(offset, at + 16);
    bytes.writeUInt32LE(item.value.length, at + 20);
    bytes.writeUInt32LE(item.flags, at + 24);
    offset += item.value.copy(bytes, offset);
  });
  return bytes;
}

function metadataItems(shape: VhdxShape) {
  const fileParameters = uint32s(shape.blockSize, (shape.fixed ? 1 : 0) | (shape.parent === undefined ? 0 : 2));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(shape.sizeBytes), 0);
  const items = [
    { guid: metadataGuid.fileParameters, value: fileParameters, flags: itemFlags.file },
    { guid: metadataGuid.virtualDiskSize, value: size, flags: itemFlags.disk },
    { guid: metadataGuid.virtualDiskId, value: writeGuid(shape.diskId), flags: itemFlags.disk },
    { guid: metadataGuid.logicalSectorSize, value: uint32s(shape.logicalSectorSize), flags: itemFlags.disk },
    { guid: metadataGuid.physicalSectorSize, value: uint32s(shape.physicalSectorSize), flags: itemFlags.disk },
  ];
  if (shape.parent === undefined) return items;
  return [...items, { guid: metadataGuid.parentLocator, value: parentLocator(shape.parent), flags: itemFlags.file }];
}

/** A parent locator [2.6.2.6]: header, rows of offsets and lengths, then keys and values in UTF-16. */
function parentLocator(pairs: Readonly<Record<string, string>>): Buffer {
  const rows = Object.entries(pairs);
  const head = Buffer.alloc(20 + rows.length * 12);
  writeGuid(parentLocatorType).copy(head, 0);
  head.writeUInt16LE(rows.length, 18);
  const texts: Buffer[] = [];
  let offset = head.length;
  rows.forEach(([key, value], index) => {
    const [keyBytes, valueBytes] = [Buffer.from(key, 'utf16le'), Buffer.from(value, 'utf16le')];
    const at = 20 + index * 12;
    head.writeUInt32LE(offset, at);
    head.writeUInt32LE(offset + keyBytes.length, at + 4);
    head.writeUInt16LE(keyBytes.length, at + 8);
    head.writeUInt16LE(valueBytes.length, at + 10);
    texts.push(keyBytes, valueBytes);
    offset += keyBytes.length + valueBytes.length;
  });
  return Buffer.concat([head, ...texts]);
}

function uint32s(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32LE(value, index * 4));
  return bytes;
}

/** A BAT entry [2.5.1]: state, and the position in whole megabytes. */
export function writeBatEntry(bat: Buffer, index: number, state: number, position: number): void {
  const megabytes = position / mib;
  bat.writeUInt32LE((((megabytes % 4096) << 20) | state) >>> 0, index * 8);
  bat.writeUInt32LE(Math.floor(megabytes / 4096), index * 8 + 4);
}
