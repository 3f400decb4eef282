import { checkRange, type BlockSource, type Extent, type ExtentKind } from '#engine/blocks';
import { parentExtents, readParent } from '../shorter-parent.ts';
import type { VhdxImage } from './image.ts';
import { chunkRatioOf } from './layout.ts';

/** A stretch of the disk within one block of one image, with one answer to where its bytes are. */
interface Piece {
  readonly offset: number;
  readonly length: number;
  readonly from: 'file' | 'parent' | 'zero' | 'unallocated';
  /** Position in the file, for `file`. */
  readonly position: number;
}

/** The virtual disk of an image over its parent, if it has one. */
export function vhdxDisk(image: VhdxImage, parent: BlockSource | undefined): BlockSource {
  const { metadata, file } = image;
  const bitmaps = bitmapReader(image);
  const piecesOf = (offset: number, length: number): Promise<readonly Piece[]> =>
    resolvePieces(image, bitmaps, { offset, length, absent: parent === undefined ? 'unallocated' : 'parent' });
  return {
    sizeBytes: metadata.sizeBytes,
    logicalSectorSize: metadata.logicalSectorSize,
    physicalSectorSize: metadata.physicalSectorSize,
    async read(offset, target) {
      checkRange(metadata, offset, target.byteLength);
      for (const piece of await piecesOf(offset, target.byteLength)) {
        const part = target.subarray(piece.offset - offset, piece.offset - offset + piece.length);
        if (piece.from === 'file') await file.read(piece.position, part);
        else if (piece.from === 'parent') await readParent(parent!, piece.offset, part);
        else part.fill(0);
      }
    },
    async extents(offset, length) {
      checkRange(metadata, offset, length);
      const extents: Extent[] = [];
      for (const piece of await piecesOf(offset, length)) {
        if (piece.from === 'parent') extents.push(...(await parentExtents(parent!, piece)));
        else extents.push({ offset: piece.offset, length: piece.length, kind: kindOf(piece.from) });
      }
      return extents;
    },
    async close() {
      await file.close();
      await parent?.close();
    },
  };
}

function kindOf(from: 'file' | 'zero' | 'unallocated'): ExtentKind {
  return from === 'file' ? 'data' : from;
}

interface Wanted {
  readonly offset: number;
  readonly length: number;
  readonly absent: 'parent' | 'unallocated';
}

async function resolvePieces(
  image: VhdxImage,
  bitmaps: (block: number) => Promise<Buffer>,
  wanted: Wanted,
): Promise<readonly Piece[]> {
  const { blockSize } = image.metadata;
  const pieces: Piece[] = [];
  const end = wanted.offset + wanted.length;
  for (let offset = wanted.offset; offset < end;) {
    const block = Math.floor(offset / blockSize);
    const length = Math.min(end, (block + 1) * blockSize) - offset;
    const place = image.table.place(block);
    const inBlock = offset - block * blockSize;
    if (place.state === 'present') push(pieces, { offset, length, from: 'file', position: place.position + inBlock });
    else if (place.state === 'partial')
      for (const piece of partialPieces(image, await bitmaps(block), { offset, length, position: place.position }))
        push(pieces, piece);
    else
      push(pieces, {
        offset,
        length,
        from: place.state === 'absent' ? wanted.absent : place.state === 'zero' ? 'zero' : 'unallocated',
        position: 0,
      });
    offset += length;
  }
  return pieces;
}

/** Sector by sector where the bitmap says so [2.5.2]: a set bit is in this file, a clear one in the parent. */
function* partialPieces(
  image: VhdxImage,
  bitmap: Buffer,
  stretch: { readonly offset: number; readonly length: number; readonly position: number },
): Iterable<Piece> {
  const { blockSize, logicalSectorSize } = image.metadata;
  const blockStart = Math.floor(stretch.offset / blockSize) * blockSize;
  const end = stretch.offset + stretch.length;
  for (let offset = stretch.offset; offset < end;) {
    const sector = Math.floor((offset - blockStart) / logicalSectorSize);
    const present = isSet(bitmap, sector);
    let next = sector + 1;
    while (blockStart + next * logicalSectorSize < end && isSet(bitmap, next) === present) next += 1;
    const length = Math.min(end, blockStart + next * logicalSectorSize) - offset;
    yield { offset, length, from: present ? 'file' : 'parent', position: stretch.position + (offset - blockStart) };
    offset += length;
  }
}

export function isSet(bitmap: Buffer, bit: number): boolean {
  return (bitmap[bit >>> 3]! & (1 << (bit & 7))) !== 0;
}

/** Joins pieces that lie next to each other on the disk and in the file, so that they are one read. */
function push(pieces: Piece[], next: Piece): void {
  const last = pieces.at(-1);
  const joins =
    last !== undefined &&
    last.from === next.from &&
    last.offset + last.length === next.offset &&
    (next.from !== 'file' || last.position + last.length === next.position);
  if (joins) pieces[pieces.length - 1] = { ...last, length: last.length + next.length };
  else pieces.push(next);
}

const keptBitmaps = 32;

/** The part of the sector bitmap that covers one payload block. */
function bitmapReader(image: VhdxImage): (block: number) => Promise<Buffer> {
  const { blockSize, logicalSectorSize } = image.metadata;
  const ratio = chunkRatioOf(image.metadata);
  const bytes = Math.ceil(blockSize / logicalSectorSize / 8);
  const kept = new Map<number, Buffer>();
  return async (block) => {
    const known = kept.get(block);
    if (known !== undefined) return known;
    const bitmap = Buffer.alloc(bytes);
    await image.file.read(image.table.bitmapPosition(block) + (block % ratio) * bytes, bitmap);
    if (kept.size >= keptBitmaps) kept.delete(kept.keys().next().value!);
    kept.set(block, bitmap);
    return bitmap;
  };
}
