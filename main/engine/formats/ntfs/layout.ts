/**
 * NTFS as it lies on the volume. Microsoft publishes no specification of the whole; sections cited as [NTFS] are those of the
 * Linux-NTFS project's "NTFS Documentation" (R. Russon, Y. Fledel). Reparse data, file attributes and extended attributes
 * follow [MS-FSCC], security descriptors [MS-DTYP], compression [MS-XCA] and [MS-PATCH]. Offsets and sizes are in bytes.
 */

/** [NTFS] "File - $Boot". */
export const bootSector = {
  bytesPerSector: 0x0b,
  sectorsPerCluster: 0x0d,
  totalSectors: 0x28,
  mftCluster: 0x30,
  mirrorCluster: 0x38,
  clustersPerRecord: 0x40,
} as const;

/** [NTFS] "Concept - FILE Record". */
export const recordHeader = { sequence: 0x10, firstAttribute: 0x14, flags: 0x16, usedBytes: 0x18, baseRecord: 0x20 } as const;
export const recordFlags = { inUse: 1, folder: 2 } as const;

/** [NTFS] "Concept - Attribute Header": what both forms begin with, then the resident and the non-resident form. */
export const attributeHeader = { type: 0, length: 4, nonResident: 8, nameLength: 9, nameOffset: 10, flags: 12, id: 14 } as const;
export const residentHeader = { length: 16, offset: 20 } as const;
export const nonResidentHeader = {
  lowestVcn: 16,
  highestVcn: 24,
  runsOffset: 32,
  compressionUnit: 34,
  allocated: 40,
  size: 48,
  initialized: 56,
  /** Of compressed and sparse attributes only: bytes that clusters are spent on. */
  compressed: 64,
} as const;
export const attributeFlags = { compressionMask: 0x00ff, encrypted: 0x4000, sparse: 0x8000 } as const;

/** [NTFS] "Attributes". */
export const attributeTypes = {
  standardInformation: 0x10,
  attributeList: 0x20,
  fileName: 0x30,
  securityDescriptor: 0x50,
  volumeName: 0x60,
  volumeInformation: 0x70,
  data: 0x80,
  indexRoot: 0x90,
  indexAllocation: 0xa0,
  bitmap: 0xb0,
  reparsePoint: 0xc0,
  extendedAttributes: 0xe0,
  end: 0xffffffff,
} as const;

/** [NTFS] "Files": the file system's own records. */
export const ownRecords = {
  mft: 0,
  logFile: 2,
  volume: 3,
  root: 5,
  bitmap: 6,
  secure: 9,
  upCase: 10,
  extend: 11,
  firstUser: 16,
} as const;

/** [NTFS] "Attribute - $STANDARD_INFORMATION". The security id is there from NTFS 3.0 on. */
export const standardInformation = {
  created: 0,
  modified: 8,
  changed: 16,
  accessed: 24,
  attributes: 32,
  securityId: 52,
  shortBytes: 48,
  longBytes: 72,
} as const;

/** [NTFS] "Attribute - $FILE_NAME". */
export const fileName = {
  parent: 0,
  modified: 16,
  size: 48,
  attributes: 56,
  nameLength: 64,
  namespace: 65,
  name: 66,
} as const;
export const dosNamespace = 2;

/** MS-FSCC 2.6. The folder bit stands in name attributes only. */
export const fileAttributes = { offline: 0x1000, recallOnDataAccess: 0x400000, folderInIndex: 0x10000000 } as const;

/** MS-FSCC 2.1.2.1. */
export const reparseTags = {
  mountPoint: 0xa0000003,
  symlink: 0xa000000c,
  wslSymlink: 0xa000001d,
  dedup: 0x80000013,
  wof: 0x80000017,
  hsm: 0xc0000004,
  hsm2: 0x80000006,
  singleInstance: 0x80000007,
  /** Cloud files: the low word with its second nibble free (MS-FSCC names CLOUD to CLOUD_F). */
  cloud: 0x9000001a,
  cloudMask: 0xffff0fff,
} as const;
/** The bit that marks a tag as standing for another name. */
export const nameSurrogate = 0x20000000;

/** [NTFS] "Concept - Index Record" and "Attribute - $INDEX_ROOT". */
export const indexRoot = { blockBytes: 8, node: 16 } as const;
export const indexBlock = { vcn: 16, node: 24 } as const;
export const indexNode = { firstEntry: 0, usedBytes: 4 } as const;
export const indexEntry = {
  reference: 0,
  dataOffset: 0,
  dataLength: 2,
  length: 8,
  keyLength: 10,
  flags: 12,
  key: 16,
} as const;
export const entryFlags = { hasChild: 1, last: 2 } as const;

/** The low 48 bits of a reference are the record number, the high 16 its sequence number ([NTFS] "Concept - File Reference"). */
export function readReference(bytes: Buffer, at: number): { readonly record: number; readonly sequence: number } {
  return { record: bytes.readUIntLE(at, 6), sequence: bytes.readUInt16LE(at + 6) };
}
