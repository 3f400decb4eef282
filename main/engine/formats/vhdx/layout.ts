/** Where things are in a VHDX file, from MS-VHDX (section numbers in brackets). All integers are little-endian. */
export const kib = 1024;
export const mib = 1024 * 1024;

/** File type identifier [2.2.1] at 0; headers [2.2.2] at 64 and 128 KiB; region tables [2.2.3] at 192 and 256 KiB. */
export const fileSignature = 'vhdxfile';
export const headerOffsets = [64 * kib, 128 * kib] as const;
export const headerBytes = 4 * kib;
export const headerSignature = 'head';
export const regionTableOffsets = [192 * kib, 256 * kib] as const;
export const regionTableBytes = 64 * kib;
export const regionSignature = 'regi';
export const maximumRegions = 2047;
/** Everything fixed lies in the first megabyte. */
export const headerSectionBytes = mib;

/** Header fields [2.2.2]. */
export const headerField = {
  signature: 0,
  checksum: 4,
  sequenceNumber: 8,
  fileWriteGuid: 16,
  dataWriteGuid: 32,
  logGuid: 48,
  logVersion: 64,
  version: 66,
  logLength: 68,
  logOffset: 72,
} as const;

export const regionGuid = {
  bat: '2dc27766-f623-4200-9d64-115e9bfd4a08',
  metadata: '8b7ca206-4790-4b9a-b8fe-575f050f886e',
} as const;

/** Metadata region [2.6]. */
export const metadataSignature = 'metadata';
export const metadataTableBytes = 64 * kib;
export const maximumMetadataEntries = 2047;
export const metadataGuid = {
  fileParameters: 'caa16737-fa36-4d43-b3b6-33f0aa44e76b',
  virtualDiskSize: '2fa54224-cd1b-4876-b211-5dbed83bf4b8',
  virtualDiskId: 'beca12ab-b2e6-4523-93ef-c309e000c746',
  logicalSectorSize: '8141bf1d-a96f-4709-ba47-f233a8faab5f',
  physicalSectorSize: 'cda348c7-445d-4471-9cc9-e9885251c556',
  parentLocator: 'a8d35f2d-b30b-454d-abf7-d3d84834ab0c',
} as const;
export const parentLocatorType = 'b04aefb7-d19e-4a81-b789-25b8e9445913';

/** BAT entry states [2.5.1.1]; for sector bitmaps only 0 and 6 exist [2.5.1.2]. */
export const blockStates = { notPresent: 0, undefined: 1, zero: 2, unmapped: 3, fullyPresent: 6, partiallyPresent: 7 } as const;

/** A sector bitmap block covers 2^23 sectors [2.5]. */
const sectorsPerBitmap = 2 ** 23;
export const bitmapBlockBytes = mib;

/** Log [2.3]. */
export const logEntrySignature = 'loge';
export const logSectorBytes = 4 * kib;

export const limits = {
  blockSize: { least: mib, most: 256 * mib },
  diskBytes: 64 * 1024 * 1024 * mib,
  /** BAT bytes that are loaded; the largest disk with the smallest block needs 512 MiB, which nothing real has. */
  batBytes: 128 * mib,
  logBytes: 256 * mib,
  metadataItemBytes: mib,
  chainLength: 64,
} as const;

export interface VhdxGeometry {
  readonly sizeBytes: number;
  readonly blockSize: number;
  readonly logicalSectorSize: number;
  readonly physicalSectorSize: number;
}

/** Payload blocks per sector bitmap block [2.5]: the BAT has one bitmap entry after so many payload entries. */
export function chunkRatioOf(geometry: VhdxGeometry): number {
  return (sectorsPerBitmap * geometry.logicalSectorSize) / geometry.blockSize;
}

export function blockCountOf(geometry: VhdxGeometry): number {
  return Math.ceil(geometry.sizeBytes / geometry.blockSize);
}

/** Index of a payload block's entry in the BAT. */
export function batIndexOf(block: number, chunkRatio: number): number {
  return block + Math.floor(block / chunkRatio);
}

/** Index of the bitmap entry for the chunk that a payload block is in. */
export function bitmapIndexOf(block: number, chunkRatio: number): number {
  return Math.floor(block / chunkRatio) * (chunkRatio + 1) + chunkRatio;
}

/** Entries of the BAT: differencing disks have a bitmap entry for the last chunk too [2.5]. */
export function batEntriesOf(geometry: VhdxGeometry, differencing: boolean): number {
  const blocks = blockCountOf(geometry);
  const ratio = chunkRatioOf(geometry);
  return differencing ? Math.ceil(blocks / ratio) * (ratio + 1) : blocks + Math.floor((blocks - 1) / ratio);
}
