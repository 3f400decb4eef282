import { HostkeepError } from '#contract';

export function corrupt(structure: string, details: Readonly<Record<string, string | number>> = {}): HostkeepError {
  return new HostkeepError('format/ntfs-corrupt', { structure, ...details });
}

export function unsupported(feature: string): HostkeepError {
  return new HostkeepError('format/ntfs-unsupported', { feature });
}

/** A 64-bit field as a number. @throws HostkeepError format/ntfs-corrupt when it is past 2^53 */
export function readU64(bytes: Buffer, at: number, structure: string): number {
  if (at + 8 > bytes.length) throw corrupt(structure, { bytes: bytes.length });
  const value = bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
  if (value > Number.MAX_SAFE_INTEGER) throw corrupt(structure, { value });
  return value;
}
