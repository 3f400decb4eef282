import { HostkeepError } from '#contract';
import { cursorOver, type Cursor } from '#engine/bytes';

/** A run of clusters: `cluster` is null where the file is sparse. */
export interface Run {
  readonly cluster: number | null;
  readonly clusters: number;
}

/** An attribute of a file record. Type codes: 0x10 standard information, 0x20 list, 0x30 name, 0x80 data, 0x90/0xA0 index. */
export interface Attribute {
  readonly type: number;
  readonly name: string;
  readonly flags: number;
  readonly id: number;
  readonly resident: Buffer | undefined;
  readonly firstCluster: number;
  readonly runs: readonly Run[];
  readonly sizeBytes: number;
  readonly initializedBytes: number;
  readonly compressionUnit: number;
}

export interface FileRecord {
  readonly number: number;
  readonly sequence: number;
  readonly inUse: boolean;
  readonly isFolder: boolean;
  /** Base record, when this one only holds more attributes of another. */
  readonly base: number;
  readonly attributes: readonly Attribute[];
}

export function corrupt(structure: string, details: Readonly<Record<string, string | number>> = {}): HostkeepError {
  return new HostkeepError('format/ntfs-corrupt', { structure, ...details });
}

/** Undoes the update sequence: the last two bytes of every 512 are kept in an array. Changes `bytes`. @throws format/ntfs-corrupt */
export function fixUp(bytes: Buffer, magic: string): void {
  const cursor = cursorOver(bytes, 'format/ntfs-corrupt', magic);
  if (cursor.ascii(0, 4) !== magic) throw corrupt(magic, { found: 'another signature' });
  const [arrayAt, count] = [cursor.u16(4), cursor.u16(6)];
  if (count === 0 || (count - 1) * 512 > bytes.length) throw corrupt(magic, { fixups: count });
  const check = cursor.u16(arrayAt);
  for (let sector = 1; sector < count; sector += 1) {
    const at = sector * 512 - 2;
    if (cursor.u16(at) !== check) throw corrupt(magic, { sector });
    bytes.writeUInt16LE(cursor.u16(arrayAt + sector * 2), at);
  }
}

/** Parses a FILE record whose fixups are undone. */
export function parseRecord(bytes: Buffer, number: number): FileRecord {
  const cursor = cursorOver(bytes, 'format/ntfs-corrupt', 'file record');
  const flags = cursor.u16(22);
  const used = Math.min(cursor.u32(24), bytes.length);
  const attributes: Attribute[] = [];
  for (let at = cursor.u16(20); at + 8 <= used && cursor.u32(at) !== 0xffffffff;) {
    const length = cursor.u32(at + 4);
    if (length < 24 || at + length > used) throw corrupt('attribute', { record: number });
    attributes.push(parseAttribute(cursor.sub(at, length)));
    at += length;
  }
  const base = Number(cursor.big64(32) & 0xffffffffffffn);
  return { number, sequence: cursor.u16(16), inUse: (flags & 1) !== 0, isFolder: (flags & 2) !== 0, base, attributes };
}

function parseAttribute(cursor: Cursor): Attribute {
  const head = {
    type: cursor.u32(0),
    name: cursor.utf16(cursor.u16(10), cursor.u8(9) * 2),
    flags: cursor.u16(12),
    id: cursor.u16(14),
  };
  if (cursor.u8(8) === 0) {
    const resident = cursor.bytes(cursor.u16(20), cursor.u32(16));
    return {
      ...head,
      resident,
      firstCluster: 0,
      runs: [],
      sizeBytes: resident.length,
      initializedBytes: resident.length,
      compressionUnit: 0,
    };
  }
  const firstCluster = cursor.u64(16);
  const runsAt = cursor.u16(32);
  const runs = parseRuns(cursor.sub(runsAt, cursor.length - runsAt));
  const sizes =
    firstCluster === 0 ? { sizeBytes: cursor.u64(48), initializedBytes: cursor.u64(56) } : { sizeBytes: 0, initializedBytes: 0 };
  return { ...head, resident: undefined, firstCluster, runs, ...sizes, compressionUnit: cursor.u16(34) };
}

/** The mapping pairs: length and signed distance of each run, in as few bytes as they need. */
export function parseRuns(cursor: Cursor): readonly Run[] {
  const runs: Run[] = [];
  let cluster = 0;
  for (let at = 0; at < cursor.length;) {
    const sizes = cursor.u8(at);
    if (sizes === 0) return runs;
    const [lengthBytes, offsetBytes] = [sizes & 15, sizes >>> 4];
    if (lengthBytes === 0 || lengthBytes > 6 || offsetBytes > 6) throw corrupt('run list');
    const clusters = cursor.bytes(at + 1, lengthBytes).readUIntLE(0, lengthBytes);
    if (clusters === 0) throw corrupt('run list');
    if (offsetBytes > 0) {
      cluster += cursor.bytes(at + 1 + lengthBytes, offsetBytes).readIntLE(0, offsetBytes);
      if (cluster < 0) throw corrupt('run list');
    }
    runs.push({ cluster: offsetBytes === 0 ? null : cluster, clusters });
    at += 1 + lengthBytes + offsetBytes;
  }
  return runs;
}
