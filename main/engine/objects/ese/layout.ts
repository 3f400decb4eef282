import { HostkeepError, type ErrorDetails } from '#contract';

/**
 * Extensible Storage Engine, the database of Active Directory, Exchange, and much of Windows. [ESE] is the engine's own published
 * source (microsoft/Extensible-Storage-Engine), structures DBFILEHDR and LGFILEHDR_FIXED.
 */
export const headerBytes = 4096;
export const databaseMagic = 0x89abcdef;

/** [ESE] DBFILEHDR. */
export const databaseHeader = {
  checksum: 0,
  magic: 4,
  version: 8,
  attributes: 12,
  signature: 24,
  state: 52,
  consistentTime: 64,
  logSignature: 108,
  updateMajor: 232,
  pageBytes: 236,
  minRequired: 296,
  maxRequired: 300,
  maxCommitted: 416,
  signatureBytes: 28,
} as const;

/** [ESE] JET_dbstate. */
export const databaseStates = [
  'just-created',
  'dirty-shutdown',
  'clean-shutdown',
  'being-converted',
  'force-detach',
  'incremental-reseed',
  'dirty-and-patched',
  'revert-in-progress',
] as const;
export type EseState = (typeof databaseStates)[number];

/** [ESE] LGFILEHDR_FIXED. */
export const logHeader = {
  checksum: 0,
  generation: 4,
  createdAt: 16,
  major: 32,
  minor: 36,
  signature: 44,
} as const;

/** [ESE] CHECKPOINT_FIXED. */
export const checkpointHeader = { signature: 20 } as const;

export const pageSizes: readonly number[] = [2048, 4096, 8192, 16_384, 32_768];

export function corrupt(structure: string, details: ErrorDetails = {}): HostkeepError {
  return new HostkeepError('format/ese-corrupt', { structure, ...details });
}

/** [ESE] the checksum of headers: words xored from the second on, begun with the magic. */
export function headerChecksum(header: Buffer): number {
  let sum = databaseMagic;
  for (let at = 4; at + 4 <= header.length; at += 4) sum ^= header.readUInt32LE(at);
  return sum >>> 0;
}

/** [ESE] LOGTIME: seconds, minutes, hours, day, month, years since 1900; local to the guest where bit 0 of the next byte is unset. */
export function logTime(bytes: Buffer): string | null {
  const [seconds, minutes, hours, day, month, year] = bytes;
  if (year === undefined || month === undefined || day === undefined || month === 0 || month > 12 || day === 0 || day > 31)
    return null;
  const two = (value: number | undefined): string => String(value ?? 0).padStart(2, '0');
  return `${1900 + year}-${two(month)}-${two(day)}T${two(hours)}:${two(minutes)}:${two(seconds)}`;
}
