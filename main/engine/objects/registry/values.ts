import type { Cursor } from '#engine/bytes';
import type { Cells } from './cells.ts';
import type { HiveKey } from './hive.ts';
import { asciiValueName, corrupt, residentData, segmentBytes, valueNode, valueTypes } from './layout.ts';

export interface HiveValue {
  /** Empty for the key's default value. */
  readonly name: string;
  readonly type: number;
  /** `REG_SZ` and the like, or the number in hex where it is none of them. */
  readonly typeName: string;
  readonly sizeBytes: number;
  readonly place:
    | { readonly kind: 'resident'; readonly bytes: Buffer }
    | { readonly kind: 'cell' | 'segments'; readonly offset: number };
}

/** More values than this no key has; the list's own cell bounds it too. */
const mostValues = 1 << 18;

/** [REGF] "Key values list". */
export async function readValues(cells: Cells, key: HiveKey, tell: (error: unknown) => void): Promise<readonly HiveValue[]> {
  if (key.values === 0) return [];
  const found: HiveValue[] = [];
  try {
    if (key.values > mostValues) throw corrupt('values', { values: key.values });
    const list = await cells.cell(key.node.valueList, 'values');
    const offsets = Array.from({ length: key.values }, (_, at) => list.u32(at * 4));
    for (const offset of offsets) {
      try {
        found.push(parseValue(await cells.cell(offset, 'value'), offset));
      } catch (error) {
        tell(error);
      }
    }
  } catch (error) {
    tell(error);
  }
  return found;
}

function parseValue(cursor: Cursor, cell: number): HiveValue {
  if (cursor.ascii(0, 2) !== 'vk') throw corrupt('value', { cell });
  const nameBytes = cursor.u16(valueNode.nameBytes);
  const isAscii = (cursor.u16(valueNode.flags) & asciiValueName) !== 0;
  const type = cursor.u32(valueNode.dataType);
  const rawSize = cursor.u32(valueNode.dataBytes);
  const isResident = rawSize >= residentData;
  const sizeBytes = isResident ? rawSize - residentData : rawSize;
  if (isResident && sizeBytes > 4) throw corrupt('value', { cell, resident: sizeBytes });
  const offset = cursor.u32(valueNode.dataOffset);
  return {
    name: isAscii ? cursor.ascii(valueNode.name, nameBytes) : cursor.utf16(valueNode.name, nameBytes),
    type,
    typeName: valueTypes[type] ?? `0x${type.toString(16)}`,
    sizeBytes,
    place: isResident
      ? { kind: 'resident', bytes: Buffer.from(cursor.bytes(valueNode.dataOffset, sizeBytes)) }
      : { kind: sizeBytes > segmentBytes ? 'segments' : 'cell', offset },
  };
}

/** [REGF] "Big data". */
export async function readValueData(cells: Cells, value: HiveValue, limit: number): Promise<Buffer> {
  const wanted = Math.min(limit, value.sizeBytes);
  if (value.place.kind === 'resident') return value.place.bytes.subarray(0, wanted);
  if (wanted === 0) return Buffer.alloc(0);
  const head = await cells.cell(value.place.offset, 'value data');
  // Hives before version 1.4 keep long data in one cell.
  if (value.place.kind === 'cell' || head.length >= value.sizeBytes) return Buffer.from(head.bytes(0, wanted));
  if (head.ascii(0, 2) !== 'db') throw corrupt('value data', { cell: value.place.offset });
  const segments = head.u16(2);
  if (segments !== Math.ceil(value.sizeBytes / segmentBytes)) throw corrupt('value data', { segments, bytes: value.sizeBytes });
  const list = await cells.cell(head.u32(4), 'value data');
  const pieces: Buffer[] = [];
  for (let at = 0; at * segmentBytes < wanted; at += 1) {
    const segment = await cells.cell(list.u32(at * 4), 'value data');
    pieces.push(segment.bytes(0, Math.min(segmentBytes, value.sizeBytes - at * segmentBytes)));
  }
  return Buffer.concat(pieces).subarray(0, wanted);
}
