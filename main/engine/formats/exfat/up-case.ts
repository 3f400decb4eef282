import { corruptExfat } from './layout.ts';

/** How names compare: unit by unit through the volume's own table [EXFAT 7.2]. */
export type UpCase = (name: string) => string;

const maximumBytes = 128 * 1024;

/** @throws HostkeepError format/exfat-corrupt when the table's checksum does not hold */
export function parseUpCase(bytes: Buffer, checksum: number): UpCase {
  if (bytes.length > maximumBytes || tableChecksum(bytes) !== checksum) throw corruptExfat('up-case table');
  const map = new Uint16Array(65_536).map((_, unit) => unit);
  let unit = 0;
  for (let at = 0; at + 2 <= bytes.length && unit < map.length; at += 2) {
    const value = bytes.readUInt16LE(at);
    // FFFF and a count stand for so many units that are their own upper case.
    if (value === 0xffff && at + 4 <= bytes.length) {
      unit += bytes.readUInt16LE(at + 2);
      at += 2;
    } else map[unit++] = value;
  }
  return (name) => String.fromCharCode(...Array.from({ length: name.length }, (_, index) => map[name.charCodeAt(index)]!));
}

function tableChecksum(bytes: Buffer): number {
  let sum = 0;
  for (const byte of bytes) sum = (((sum & 1) === 1 ? 0x80000000 : 0) + (sum >>> 1) + byte) >>> 0;
  return sum;
}
