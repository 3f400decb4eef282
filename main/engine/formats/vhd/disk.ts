import { checkRange, type BlockSource, type Extent } from '#engine/blocks';
import { parentExtents, readParent } from '../shorter-parent.ts';
import type { VhdImage } from './image.ts';
import { corruptVhd, vhd } from './layout.ts';

/** A stretch within one block; `position` is in the file, and missing when the bytes are not in it. */
interface Piece {
  readonly offset: number;
  readonly length: number;
  readonly position: number | undefined;
}

const sizes = { logicalSectorSize: 512, physicalSectorSize: 512 } as const;

/** The virtual disk of an image over its parent, if it has one. */
export function vhdDisk(image: VhdImage, parent: BlockSource | undefined): BlockSource {
  const { file } = image;
  const { sizeBytes } = image.footer;
  const piecesOf = image.header === undefined ? fixedPieces : sparsePieces(image);
  return {
    sizeBytes,
    ...sizes,
    async read(offset, target) {
      checkRange({ sizeBytes }, offset, target.byteLength);
      for (const piece of await piecesOf(offset, target.byteLength)) {
        const part = target.subarray(piece.offset - offset, piece.offset - offset + piece.length);
        if (piece.position !== undefined) await file.read(piece.position, part);
        else if (parent !== undefined) await readParent(parent, piece.offset, part);
        else part.fill(0);
      }
    },
    async extents(offset, length) {
      checkRange({ sizeBytes }, offset, length);
      const found: Extent[] = [];
      for (const piece of await piecesOf(offset, length)) {
        if (piece.position !== undefined) found.push({ offset: piece.offset, length: piece.length, kind: 'data' });
        else if (parent === undefined) found.push({ offset: piece.offset, length: piece.length, kind: 'unallocated' });
        else found.push(...(await parentExtents(parent, piece)));
      }
      return found;
    },
    async close() {
      await file.close();
      await parent?.close();
    },
  };
}

async function fixedPieces(offset: number, length: number): Promise<readonly Piece[]> {
  return length === 0 ? [] : [{ offset, length, position: offset }];
}

/** Each block is a bitmap, padded to whole sectors, and its data ("Block Allocation Table and Data Blocks"). */
function sparsePieces(image: VhdImage): (offset: number, length: number) => Promise<readonly Piece[]> {
  const { blockSize } = image.header!;
  const bitmapBytes = Math.ceil(blockSize / vhd.sectorBytes / 8 / vhd.sectorBytes) * vhd.sectorBytes;
  const bitmapOf = bitmapReader(image, bitmapBytes);
  return async (offset, length) => {
    const pieces: Piece[] = [];
    const end = offset + length;
    for (let at = offset; at < end;) {
      const block = Math.floor(at / blockSize);
      const stop = Math.min(end, (block + 1) * blockSize);
      const sector = image.table[block]!;
      if (sector === vhd.unusedBlock) push(pieces, { offset: at, length: stop - at, position: undefined });
      else {
        const place = { block: block * blockSize, data: sector * vhd.sectorBytes + bitmapBytes };
        for (const piece of bySector(await bitmapOf(sector), { from: at, to: stop }, place)) push(pieces, piece);
      }
      at = stop;
    }
    return pieces;
  };
}

/** A set bit says that the sector is in this file; the first sector is the highest bit of the first byte. */
function* bySector(
  bitmap: Buffer,
  range: { readonly from: number; readonly to: number },
  place: { readonly block: number; readonly data: number },
): Iterable<Piece> {
  const isHere = (sector: number): boolean => (bitmap[sector >>> 3]! & (0x80 >>> (sector & 7))) !== 0;
  for (let at = range.from; at < range.to;) {
    let sector = Math.floor((at - place.block) / vhd.sectorBytes);
    const here = isHere(sector);
    do sector += 1;
    while (place.block + sector * vhd.sectorBytes < range.to && isHere(sector) === here);
    const stop = Math.min(range.to, place.block + sector * vhd.sectorBytes);
    yield { offset: at, length: stop - at, position: here ? place.data + (at - place.block) : undefined };
    at = stop;
  }
}

function push(pieces: Piece[], next: Piece): void {
  const last = pieces.at(-1);
  const joins =
    last !== undefined &&
    (next.position === undefined
      ? last.position === undefined
      : last.position !== undefined && last.position + last.length === next.position);
  if (joins) pieces[pieces.length - 1] = { ...last, length: last.length + next.length };
  else pieces.push(next);
}

const keptBitmaps = 64;

function bitmapReader(image: VhdImage, bytes: number): (sector: number) => Promise<Buffer> {
  const kept = new Map<number, Buffer>();
  return async (sector) => {
    const known = kept.get(sector);
    if (known !== undefined) return known;
    const position = sector * vhd.sectorBytes;
    if (position + bytes > image.file.sizeBytes) throw corruptVhd('block allocation table', { sector });
    const bitmap = Buffer.alloc(bytes);
    await image.file.read(position, bitmap);
    if (kept.size >= keptBitmaps) kept.delete(kept.keys().next().value!);
    kept.set(sector, bitmap);
    return bitmap;
  };
}
