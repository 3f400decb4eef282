import { HostkeepError, type ErrorDetails } from '#contract';

/** Structures of the "Virtual Hard Disk Image Format Specification" (Microsoft, 2006). All integers are big-endian. */
export const vhd = {
  sectorBytes: 512,
  footerBytes: 512,
  headerBytes: 1024,
  footerCookie: 'conectix',
  headerCookie: 'cxsparse',
  unusedBlock: 0xffffffff,
} as const;

/** Bounds on what a hostile file may make us load. */
export const vhdLimits = { tableEntries: 4 * 1024 * 1024, blockBytes: 256 * 1024 * 1024, chainLength: 128 } as const;

export type VhdKind = 'fixed' | 'dynamic' | 'differencing';

/** "Hard Disk Footer Format". */
export interface VhdFooter {
  readonly kind: VhdKind;
  readonly headerPosition: number;
  readonly sizeBytes: number;
  readonly diskId: string;
  /** Seconds since 2000. */
  readonly timestamp: number;
}

/** A place where the parent may be found ("Parent Locator Entry"). */
export interface ParentLocator {
  readonly platform: string;
  readonly position: number;
  readonly length: number;
}

/** "Dynamic Disk Header Format". */
export interface VhdHeader {
  readonly tablePosition: number;
  readonly tableEntries: number;
  readonly blockSize: number;
  readonly parentId: string;
  readonly parentName: string;
  readonly locators: readonly ParentLocator[];
}

export function corruptVhd(structure: string, details: ErrorDetails = {}): HostkeepError {
  return new HostkeepError('format/vhd-corrupt', { structure, ...details });
}

/** Undefined when there is no sound footer in these bytes. */
export function parseFooter(bytes: Buffer): VhdFooter | undefined {
  if (bytes.length < vhd.footerBytes || bytes.toString('latin1', 0, 8) !== vhd.footerCookie) return undefined;
  if (checksumOf(bytes, 64) !== bytes.readUInt32BE(64)) return undefined;
  const kind = ({ 2: 'fixed', 3: 'dynamic', 4: 'differencing' } as const)[bytes.readUInt32BE(60)];
  if (kind === undefined) throw new HostkeepError('format/vhd-unsupported', { diskType: bytes.readUInt32BE(60) });
  return {
    kind,
    headerPosition: kind === 'fixed' ? 0 : safe(bytes.readBigUInt64BE(16), 'footer'),
    sizeBytes: safe(bytes.readBigUInt64BE(48), 'footer'),
    diskId: guidOf(bytes.subarray(68, 84)),
    timestamp: bytes.readUInt32BE(24),
  };
}

/** @throws HostkeepError format/vhd-corrupt */
export function parseHeader(bytes: Buffer): VhdHeader {
  if (bytes.toString('latin1', 0, 8) !== vhd.headerCookie || checksumOf(bytes, 36) !== bytes.readUInt32BE(36))
    throw corruptVhd('dynamic header');
  const blockSize = bytes.readUInt32BE(32);
  const tableEntries = bytes.readUInt32BE(28);
  const isPower = blockSize >= vhd.sectorBytes && blockSize <= vhdLimits.blockBytes && Number.isInteger(Math.log2(blockSize));
  if (!isPower || tableEntries > vhdLimits.tableEntries) throw corruptVhd('dynamic header', { blockSize, tableEntries });
  return {
    tablePosition: safe(bytes.readBigUInt64BE(16), 'dynamic header'),
    tableEntries,
    blockSize,
    parentId: guidOf(bytes.subarray(40, 56)),
    parentName: Buffer.from(bytes.subarray(64, 576)).swap16().toString('utf16le').split('\0', 1)[0] ?? '',
    locators: Array.from({ length: 8 }, (_, entry) => locatorAt(bytes, 576 + entry * 24)),
  };
}

function locatorAt(bytes: Buffer, at: number): ParentLocator {
  return {
    platform: bytes.toString('latin1', at, at + 4),
    length: bytes.readUInt32BE(at + 8),
    position: safe(bytes.readBigUInt64BE(at + 16), 'parent locator'),
  };
}

/** The ones' complement of the sum of all bytes, the checksum's own left out. */
function checksumOf(bytes: Buffer, at: number): number {
  const length = at === 64 ? vhd.footerBytes : vhd.headerBytes;
  let sum = 0;
  for (let index = 0; index < length; index += 1) if (index < at || index >= at + 4) sum += bytes[index]!;
  return ~sum >>> 0;
}

function guidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function safe(value: bigint, structure: string): number {
  // All ones say that there is nothing.
  if (value === 0xffff_ffff_ffff_ffffn) return 0;
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw corruptVhd(structure, { value: value.toString() });
  return Number(value);
}
