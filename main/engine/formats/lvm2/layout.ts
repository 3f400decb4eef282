/** Where LVM2 keeps what it knows (lvm2 sources: lib/format_text/layout.h, lib/label/label.h). Integers are little-endian. */
import { crc32 } from 'node:zlib';
import { HostkeepError, type ErrorDetails } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { cursorOver, type Cursor } from '#engine/bytes';

const sectorBytes = 512;
/** The label is in one of the first four sectors. */
const labelSectors = 4;
const mdaHeaderBytes = 512;
const mdaMagic = '\u0020LVM2 x[5A%r0N*>';
const maximumAreas = 16;
const maximumTextBytes = 16 * 1024 * 1024;
/** LVM starts its CRC-32 from this number, and does not invert it. */
const crcSeed = 0xf597a6cf;

export interface PhysicalVolume {
  /** 32 characters, without hyphens. */
  readonly id: string;
  readonly source: BlockSource;
  /** The newest description of the group, as text; undefined on a volume that keeps none. */
  readonly text: string | undefined;
  /** Why there is no text, when it should be there. */
  readonly damage: unknown;
}

export function corruptLvm(structure: string, details: ErrorDetails = {}): HostkeepError {
  return new HostkeepError('format/lvm-corrupt', { structure, ...details });
}

/** Undefined when these bytes are no physical volume. @throws HostkeepError format/lvm-corrupt */
export async function readPhysicalVolume(source: BlockSource): Promise<PhysicalVolume | undefined> {
  if (source.sizeBytes < labelSectors * sectorBytes) return undefined;
  const head = await readBytes(source, 0, labelSectors * sectorBytes);
  for (let sector = 0; sector < labelSectors; sector += 1) {
    const label = head.subarray(sector * sectorBytes, (sector + 1) * sectorBytes);
    if (label.toString('latin1', 0, 8) !== 'LABELONE' || label.toString('latin1', 24, 32) !== 'LVM2 001') continue;
    if (lvmCrc(label.subarray(20)) !== label.readUInt32LE(16)) throw corruptLvm('label', { sector });
    return readHeader(source, cursorOver(label, 'format/lvm-corrupt', 'label'));
  }
  return undefined;
}

interface Area {
  readonly offset: number;
  readonly size: number;
}

/** `pv_header`: the volume's id, then two lists of areas, each ended by an empty one: data, then descriptions. */
async function readHeader(source: BlockSource, label: Cursor): Promise<PhysicalVolume> {
  const at = label.u32(20);
  const id = label.ascii(at, 32);
  const data = areasAt(label, at + 40);
  const descriptions = areasAt(label, at + 40 + (data.length + 1) * 16);
  let damage: unknown;
  for (const area of descriptions) {
    try {
      const text = await readText(source, area);
      if (text !== undefined) return { id, source, text, damage: undefined };
    } catch (error) {
      damage = error; // the other copy, or another volume of the group, may be sound
    }
  }
  return { id, source, text: undefined, damage };
}

function areasAt(cursor: Cursor, start: number): readonly Area[] {
  const areas: Area[] = [];
  for (let at = start; ; at += 16) {
    const [offset, size] = [cursor.u64(at), cursor.u64(at + 8)];
    if (offset === 0) return areas;
    areas.push({ offset, size });
    if (areas.length > maximumAreas) throw corruptLvm('physical volume header', { areas: areas.length });
  }
}

/** `mda_header`, then a ring of texts: the header says where the newest is. It may go round the end. */
async function readText(source: BlockSource, area: Area): Promise<string | undefined> {
  const header = await readBytes(source, area.offset, mdaHeaderBytes);
  if (header.toString('latin1', 4, 20) !== mdaMagic || lvmCrc(header.subarray(4)) !== header.readUInt32LE(0))
    throw corruptLvm('metadata area');
  const cursor = cursorOver(header, 'format/lvm-corrupt', 'metadata area');
  const [start, size] = [cursor.u64(24), cursor.u64(32)];
  const [offset, length, checksum] = [cursor.u64(40), cursor.u64(48), cursor.u32(56)];
  if (length === 0) return undefined;
  if (offset < mdaHeaderBytes || offset >= size || length > size - mdaHeaderBytes || length > maximumTextBytes)
    throw corruptLvm('metadata area', { offset, length, size });
  const first = Math.min(length, size - offset);
  const pieces = [await readBytes(source, start + offset, first)];
  if (first < length) pieces.push(await readBytes(source, start + mdaHeaderBytes, length - first));
  const bytes = Buffer.concat(pieces);
  if (lvmCrc(bytes) !== checksum) throw corruptLvm('metadata text');
  return bytes.toString('utf8').split('\0', 1)[0];
}

function lvmCrc(bytes: Uint8Array): number {
  return ~crc32(bytes, ~crcSeed >>> 0) >>> 0;
}
