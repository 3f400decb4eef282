import { HostkeepError } from '#contract';
import { crc32c, cursorOver, type Cursor } from '#engine/bytes';
import {
  headerBytes,
  headerField,
  headerOffsets,
  headerSignature,
  limits,
  maximumRegions,
  mib,
  regionGuid,
  regionSignature,
  regionTableBytes,
  regionTableOffsets,
} from './layout.ts';

/** What the newest valid header says [2.2.2]. */
export interface VhdxHeader {
  /** 0 or 1: which of the two it is. */
  readonly slot: number;
  readonly sequenceNumber: bigint;
  readonly fileWriteGuid: string;
  readonly dataWriteGuid: string;
  readonly logGuid: string;
  readonly logOffset: number;
  readonly logLength: number;
}

export interface Region {
  readonly offset: number;
  readonly length: number;
}

export interface VhdxRegions {
  readonly bat: Region;
  readonly metadata: Region;
}

export const nullGuid = '00000000-0000-0000-0000-000000000000';

/** The valid header with the higher sequence number. `section` is the first megabyte. */
export function parseHeaders(section: Buffer): VhdxHeader {
  const valid = headerOffsets.flatMap((offset, slot) => parseHeader(section.subarray(offset, offset + headerBytes), slot) ?? []);
  const newest = valid.toSorted((a, b) => (a.sequenceNumber < b.sequenceNumber ? 1 : -1))[0];
  if (newest === undefined) throw corrupt('header');
  return newest;
}

function parseHeader(bytes: Buffer, slot: number): VhdxHeader | undefined {
  const cursor = cursorOver(bytes, 'format/vhdx-corrupt', 'header');
  if (cursor.ascii(headerField.signature, 4) !== headerSignature || !checksumHolds(bytes)) return undefined;
  if (cursor.u16(headerField.version) !== 1)
    throw new HostkeepError('format/vhdx-unsupported', { structure: 'header', version: cursor.u16(headerField.version) });
  const logGuid = cursor.guid(headerField.logGuid);
  if (logGuid !== nullGuid && cursor.u16(headerField.logVersion) !== 0)
    throw new HostkeepError('format/vhdx-unsupported', { structure: 'log', version: cursor.u16(headerField.logVersion) });
  const log = { logOffset: cursor.u64(headerField.logOffset), logLength: cursor.u32(headerField.logLength) };
  const aligned = log.logOffset % mib === 0 && log.logLength % mib === 0 && log.logLength <= limits.logBytes;
  if (!aligned || (logGuid !== nullGuid && (log.logOffset < mib || log.logLength === 0))) throw corrupt('log');
  return {
    slot,
    sequenceNumber: cursor.big64(headerField.sequenceNumber),
    fileWriteGuid: cursor.guid(headerField.fileWriteGuid),
    dataWriteGuid: cursor.guid(headerField.dataWriteGuid),
    logGuid,
    ...log,
  };
}

/** The regions, from the first of the two tables that is valid [2.2.3]. */
export function parseRegions(section: Buffer): VhdxRegions {
  for (const offset of regionTableOffsets) {
    const table = section.subarray(offset, offset + regionTableBytes);
    const cursor = cursorOver(table, 'format/vhdx-corrupt', 'region table');
    if (cursor.ascii(0, 4) === regionSignature && checksumHolds(table)) return parseRegionTable(cursor);
  }
  throw corrupt('region table');
}

function parseRegionTable(cursor: Cursor): VhdxRegions {
  const count = cursor.u32(8);
  if (count > maximumRegions) throw corrupt('region table');
  const found = new Map<string, Region>();
  for (let row = 0; row < count; row += 1) {
    const at = 16 + row * 32;
    const guid = cursor.guid(at);
    const region = { offset: cursor.u64(at + 16), length: cursor.u32(at + 24) };
    const required = (cursor.u32(at + 28) & 1) === 1;
    const known = guid === regionGuid.bat || guid === regionGuid.metadata;
    if (!known && required) throw new HostkeepError('format/vhdx-unsupported', { region: guid });
    if (!known) continue;
    if (region.offset < mib || region.offset % mib !== 0 || region.length === 0 || region.length % mib !== 0 || found.has(guid))
      throw corrupt('region table');
    found.set(guid, region);
  }
  const bat = found.get(regionGuid.bat);
  const metadata = found.get(regionGuid.metadata);
  if (bat === undefined || metadata === undefined) throw corrupt('region table');
  if (bat.offset < metadata.offset + metadata.length && metadata.offset < bat.offset + bat.length) throw corrupt('region table');
  return { bat, metadata };
}

/** CRC-32C over the structure with its checksum field, at offset 4, taken as zero. */
function checksumHolds(bytes: Buffer): boolean {
  return bytes.readUInt32LE(4) === checksumOf(bytes);
}

export function checksumOf(bytes: Buffer): number {
  return crc32c(bytes.subarray(8), crc32c(zeros, crc32c(bytes.subarray(0, 4))));
}

const zeros = Buffer.alloc(4);

export function corrupt(structure: string, details: Readonly<Record<string, string | number>> = {}): HostkeepError {
  return new HostkeepError('format/vhdx-corrupt', { structure, ...details });
}
