import type { ByteRange } from '#contract';

export interface Bitmap {
  /** Bits that count, from bit 0 of byte 0 on; a set bit is in use. */
  readonly units: number;
  readonly unitBytes: number;
  /** Where unit 0 lies on the volume. */
  readonly start?: number;
  read(offset: number, target: Uint8Array): Promise<void>;
}

const pieceBytes = 256 * 1024;

/** The units that an allocation bitmap calls free, as ranges of the volume in order, neighbours joined. */
export async function* bitmapFreeRanges(bitmap: Bitmap): AsyncIterable<ByteRange> {
  const { units, unitBytes, start = 0 } = bitmap;
  const range = (from: number, to: number): ByteRange => ({
    offset: start + from * unitBytes,
    length: (to - from) * unitBytes,
  });
  let freeFrom = -1;
  for (let offset = 0; offset * 8 < units; offset += pieceBytes) {
    const piece = Buffer.alloc(Math.min(pieceBytes, Math.ceil(units / 8) - offset));
    await bitmap.read(offset, piece);
    const end = Math.min(units, (offset + piece.length) * 8);
    for (let unit = offset * 8; unit < end; unit += 1) {
      // Not by bit operators: a volume may have more than 2^32 units.
      const byte = piece[Math.floor(unit / 8) - offset]!;
      const bit = unit % 8;
      const isWhole = bit === 0 && unit + 8 <= end;
      // Whole bytes of one kind are passed over at once.
      if (isWhole && (freeFrom < 0 ? byte === 0xff : byte === 0)) unit += 7;
      else if ((byte & (1 << bit)) === 0) freeFrom = freeFrom < 0 ? unit : freeFrom;
      else if (freeFrom >= 0) {
        yield range(freeFrom, unit);
        freeFrom = -1;
      }
    }
  }
  if (freeFrom >= 0) yield range(freeFrom, units);
}
