/** Records of the ZIP file format (PKWARE APPNOTE 6.3.10), always in the form that has room for 64 bits where they may be needed. */
import type { FileTimes } from '../../formats/file-system.ts';

export interface ZipEntry {
  /** By `/`; a folder ends with one. */
  readonly name: string;
  readonly times: FileTimes;
  readonly windowsAttributes: number;
  /** Mode of a Unix system, kind included. */
  readonly mode: number;
}

export interface StoredEntry extends ZipEntry {
  readonly offset: number;
  readonly crc: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
}

const versionNeeded = 45;
/** Made on Unix, so that the mode counts; sizes follow the data; names are UTF-8. */
const madeBy = 3 * 256 + 63;
const flags = 0x0808;
const deflated = 8;
const full32 = 0xffffffff;

/** 4.3.7. Sizes follow in a descriptor; the 64-bit extra field says that its sizes have 8 bytes. */
export function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name, 'utf8');
  const extra = Buffer.concat([extraField(0x0001, Buffer.alloc(16)), timesField(entry.times)]);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  writeCommon(head, 4, entry);
  head.writeUInt32LE(full32, 18);
  head.writeUInt32LE(full32, 22);
  head.writeUInt16LE(name.length, 26);
  head.writeUInt16LE(extra.length, 28);
  return Buffer.concat([head, name, extra]);
}

/** 4.3.9, in its 64-bit form. */
export function dataDescriptor(of: Pick<StoredEntry, 'crc' | 'compressedBytes' | 'sizeBytes'>): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(of.crc, 4);
  bytes.writeBigUInt64LE(BigInt(of.compressedBytes), 8);
  bytes.writeBigUInt64LE(BigInt(of.sizeBytes), 16);
  return bytes;
}

/** 4.3.12. */
export function centralHeader(entry: StoredEntry): Buffer {
  const name = Buffer.from(entry.name, 'utf8');
  const sizes = Buffer.alloc(24);
  for (const [index, value] of [entry.sizeBytes, entry.compressedBytes, entry.offset].entries())
    sizes.writeBigUInt64LE(BigInt(value), index * 8);
  const extra = Buffer.concat([extraField(0x0001, sizes), timesField(entry.times)]);
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(madeBy, 4);
  writeCommon(head, 6, entry);
  head.writeUInt32LE(entry.crc, 16);
  head.writeUInt32LE(full32, 20);
  head.writeUInt32LE(full32, 24);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt16LE(extra.length, 30);
  head.writeUInt32LE(((entry.mode << 16) | (entry.windowsAttributes & 0xff)) >>> 0, 38);
  head.writeUInt32LE(full32, 42);
  return Buffer.concat([head, name, extra]);
}

/** 4.3.14 to 4.3.16. */
export function endRecords(of: { readonly entries: number; readonly offset: number; readonly bytes: number }): Buffer {
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(44n, 4);
  end64.writeUInt16LE(madeBy, 12);
  end64.writeUInt16LE(versionNeeded, 14);
  for (const [index, value] of [of.entries, of.entries, of.bytes, of.offset].entries())
    end64.writeBigUInt64LE(BigInt(value), 24 + index * 8);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(of.offset + of.bytes), 8);
  locator.writeUInt32LE(1, 16);
  const end = Buffer.alloc(22, 0xff);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(0, 4);
  end.writeUInt16LE(0, 20);
  return Buffer.concat([end64, locator, end]);
}

function writeCommon(head: Buffer, at: number, entry: ZipEntry): void {
  head.writeUInt16LE(versionNeeded, at);
  head.writeUInt16LE(flags, at + 2);
  head.writeUInt16LE(deflated, at + 4);
  head.writeUInt32LE(dosTime(entry.times.modified), at + 6);
}

function extraField(id: number, content: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(content.length, 2);
  return Buffer.concat([head, content]);
}

/** 4.5.5: the times of NTFS, in 100 ns since 1601. */
function timesField(times: FileTimes): Buffer {
  const { modified } = times;
  if (modified === null) return Buffer.alloc(0);
  const content = Buffer.alloc(32);
  content.writeUInt16LE(1, 4);
  content.writeUInt16LE(24, 6);
  for (const [index, time] of [modified, times.accessed ?? modified, times.created ?? modified].entries())
    content.writeBigUInt64LE(BigInt.asUintN(64, time / 100n + 116_444_736_000_000_000n), 8 + index * 8);
  return extraField(0x000a, content);
}

/** 4.4.6: to two seconds, in no time zone; taken as UTC here, since exact times are in the extra field. */
function dosTime(nanoseconds: bigint | null): number {
  const milliseconds = nanoseconds === null ? 0 : Number(nanoseconds / 1_000_000n);
  const date = new Date(Math.abs(milliseconds) < 8.64e15 ? milliseconds : 0);
  const year = Math.min(2107, Math.max(1980, date.getUTCFullYear()));
  const day = (year - 1980) * 512 + (date.getUTCMonth() + 1) * 32 + date.getUTCDate();
  const time = date.getUTCHours() * 2048 + date.getUTCMinutes() * 32 + Math.floor(date.getUTCSeconds() / 2);
  return day * 65_536 + time;
}
