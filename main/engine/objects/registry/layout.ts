import { HostkeepError, type ErrorDetails } from '#contract';

/**
 * Registry hives: [REGF] is "Windows registry file format specification" by M. Suhanov; sections are named by their headings.
 * Offsets of cells count from the end of the base block.
 */
export const baseBlockBytes = 4096;
export const binHeaderBytes = 32;

/** [REGF] "Base block". */
export const baseBlock = {
  primarySequence: 4,
  secondarySequence: 8,
  lastWritten: 12,
  majorVersion: 20,
  minorVersion: 24,
  fileType: 28,
  rootCell: 36,
  binsBytes: 40,
  fileName: 48,
  fileNameBytes: 64,
  checksum: 508,
} as const;

/** [REGF] "Key node". */
export const keyNode = {
  flags: 2,
  lastWritten: 4,
  parent: 16,
  subkeyCount: 20,
  subkeyList: 28,
  valueCount: 36,
  valueList: 40,
  classOffset: 48,
  nameBytes: 72,
  classBytes: 74,
  name: 76,
} as const;
export const keyFlags = { root: 0x4, link: 0x10, asciiName: 0x20 } as const;

/** [REGF] "Key value". */
export const valueNode = { nameBytes: 2, dataBytes: 4, dataOffset: 8, dataType: 12, flags: 16, name: 20 } as const;
export const asciiValueName = 0x1;
export const residentData = 0x80000000;

/** [REGF] "Big data": what is longer lies in segments of this many bytes, from version 1.4 on. */
export const segmentBytes = 16344;

/** "No such cell". */
export const noCell = 0xffffffff;

/** [REGF] "Key value", "Data types"; WINREG constants. */
export const valueTypes = [
  'REG_NONE',
  'REG_SZ',
  'REG_EXPAND_SZ',
  'REG_BINARY',
  'REG_DWORD',
  'REG_DWORD_BIG_ENDIAN',
  'REG_LINK',
  'REG_MULTI_SZ',
  'REG_RESOURCE_LIST',
  'REG_FULL_RESOURCE_DESCRIPTOR',
  'REG_RESOURCE_REQUIREMENTS_LIST',
  'REG_QWORD',
] as const;

export function corrupt(structure: string, details: ErrorDetails = {}): HostkeepError {
  return new HostkeepError('format/registry-corrupt', { structure, ...details });
}

/** [REGF] "Base block", "Checksum calculation". */
export function baseBlockChecksum(block: Buffer): number {
  let sum = 0;
  for (let at = 0; at < baseBlock.checksum; at += 4) sum ^= block.readUInt32LE(at);
  if (sum === 0) return 1;
  return sum === -1 ? 0xfffffffe : sum >>> 0;
}
