import { HostkeepError, type ErrorDetails } from '#contract';

/**
 * Windows XML event logs. [EVTX] is J. Metz, "Windows XML Event Log (EVTX) format" (libevtx); sections are named by their headings.
 * [EVEN6] is MS-EVEN6, 2.2.12 "BinXml", for tokens and types.
 */
export const fileHeaderBytes = 4096;
export const chunkBytes = 65_536;
export const chunkHeaderBytes = 512;
export const recordHeaderBytes = 24;

/** [EVTX] "File header". */
export const fileHeader = {
  signature: 'ElfFile\0',
  firstChunk: 8,
  lastChunk: 16,
  nextRecord: 24,
  headerBytes: 32,
  minor: 36,
  major: 38,
  blockBytes: 40,
  chunks: 42,
  flags: 120,
  checksum: 124,
  summed: 120,
} as const;
/** `noChecksum`, here and of a chunk, is not in [EVTX]: seen in logs whose checksums are zero. */
export const fileFlags = { dirty: 1, full: 2, noChecksum: 4 } as const;

/** [EVTX] "Chunk header". */
export const chunkHeader = {
  signature: 'ElfChnk\0',
  firstRecord: 24,
  lastRecord: 32,
  freeSpace: 48,
  recordsChecksum: 52,
  flags: 120,
  checksum: 124,
  summed: 120,
  tables: 128,
} as const;
/** Bit of a chunk's flags: its checksums were not made. */
export const chunkNoChecksum = 4;

/** [EVTX] "Event record". */
export const record = { signature: 0x00002a2a, size: 4, id: 8, written: 16 } as const;

/** [EVTX] "Token types"; `more` may be set on some of them. */
export const tokens = {
  end: 0x00,
  openElement: 0x01,
  closeStart: 0x02,
  closeEmpty: 0x03,
  endElement: 0x04,
  value: 0x05,
  attribute: 0x06,
  cdata: 0x07,
  charRef: 0x08,
  entityRef: 0x09,
  instructionTarget: 0x0a,
  instructionData: 0x0b,
  template: 0x0c,
  substitution: 0x0d,
  optionalSubstitution: 0x0e,
  fragment: 0x0f,
} as const;
export const moreFlag = 0x40;

/** [EVTX] "Value types". */
export const valueTypes = {
  null: 0x00,
  string: 0x01,
  ansi: 0x02,
  int8: 0x03,
  uint8: 0x04,
  int16: 0x05,
  uint16: 0x06,
  int32: 0x07,
  uint32: 0x08,
  int64: 0x09,
  uint64: 0x0a,
  real32: 0x0b,
  real64: 0x0c,
  bool: 0x0d,
  binary: 0x0e,
  guid: 0x0f,
  size: 0x10,
  fileTime: 0x11,
  systemTime: 0x12,
  sid: 0x13,
  hex32: 0x14,
  hex64: 0x15,
  binXml: 0x21,
} as const;
export const arrayFlag = 0x80;

export function corrupt(structure: string, details: ErrorDetails = {}): HostkeepError {
  return new HostkeepError('format/evtx-corrupt', { structure, ...details });
}
