import { chunkIdBytes } from '../chunk-id.ts';
import { chunkRowBytes, readHeads, type PlacedHead } from '../pack/layout.ts';
import type { ChunkLocation } from './layout.ts';

/** The places of the chunks of a pack, but for those of damaged groups, found in its directory as it lies: about 40 bytes a chunk, and nothing to collect. */
export interface PackPlaces {
  readonly packId: string;
  readonly chunks: number;
  find(id: Buffer): ChunkLocation | undefined;
}

interface Columns {
  /** Where in the directory the row of a chunk stands. */
  readonly rows: Uint32Array;
  readonly groups: Uint16Array;
  /** Offset of the chunk in its plain group. */
  readonly offsets: Uint32Array;
  readonly heads: readonly PlacedHead[];
}

/** @throws HostkeepError repository/pack-damaged when the directory contradicts itself */
export function packPlaces(packId: string, directory: Buffer, isDamaged: (group: number) => boolean): PackPlaces {
  const columns = readColumns(directory);
  const chunks = columns.rows.length;
  const mask = 2 ** Math.ceil(Math.log2(chunks * 2 + 2)) - 1;
  /** Row number and one, by the first bytes of the id. */
  const slots = new Uint32Array(mask + 1);
  for (let row = 0; row < chunks; row += 1) {
    if (isDamaged(columns.groups[row]!)) continue;
    let slot = directory.readUInt32LE(columns.rows[row]) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = row + 1;
  }
  return {
    packId,
    chunks,
    find(id) {
      for (let slot = id.readUInt32LE(0) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
        const row = slots[slot]! - 1;
        const at = columns.rows[row]!;
        if (directory.compare(id, 0, chunkIdBytes, at, at + chunkIdBytes) === 0)
          return locationOf(packId, columns, row, directory.readUInt32LE(at + chunkIdBytes));
      }
      return undefined;
    },
  };
}

function locationOf(packId: string, columns: Columns, row: number, length: number): ChunkLocation {
  const groupOrdinal = columns.groups[row]!;
  const { offset: groupOffset, sealedLength, kind, compression } = columns.heads[groupOrdinal]!;
  return { packId, groupOrdinal, groupOffset, sealedLength, kind, compression, offset: columns.offsets[row]!, length };
}

function readColumns(directory: Buffer): Columns {
  const heads = readHeads(directory);
  const chunks = heads.reduce((sum, head) => sum + head.chunks, 0);
  const columns = { heads, rows: new Uint32Array(chunks), groups: new Uint16Array(chunks), offsets: new Uint32Array(chunks) };
  let row = 0;
  heads.forEach((head, group) => {
    let offset = 0;
    for (let chunk = 0; chunk < head.chunks; chunk += 1) {
      const at = head.rowsAt + chunk * chunkRowBytes;
      columns.rows[row] = at;
      columns.groups[row] = group;
      columns.offsets[row] = offset;
      offset += directory.readUInt32LE(at + chunkIdBytes);
      row += 1;
    }
  });
  return columns;
}
