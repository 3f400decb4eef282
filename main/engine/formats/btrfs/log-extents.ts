import { compressions, extentTypes, inlineHeader, regularBytes } from './extents.ts';
import { corrupt, items, number64, type Key } from './layout.ts';
import type { View } from './log-view.ts';
import type { Item } from './tree-block.ts';

/** A stretch of a file, as an item says it [BTRFS] "EXTENT_DATA". */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
  readonly isInline: boolean;
}

interface Wanted {
  readonly inode: number;
  readonly logged: readonly Item[];
  readonly sectorSize: number;
  /** From here on nothing of what the file had before is left: its size, to the sector. */
  readonly cutAt: number;
}

/** Puts a file's logged stretches over those that it had; answers the bytes that are stored of it. */
export async function replayExtents(view: View, { inode, logged, sectorSize, cutAt }: Wanted): Promise<number> {
  const before = await view.items({ objectid: inode, type: items.extentData });
  const older = before.map((item) => pieceOf(item, sectorSize));
  const newer = logged.map((item) => pieceOf(item, sectorSize));
  const left = uncovered(older, newer, cutAt);
  const [known, stays] = [new Set(older), new Set(left)];
  for (const piece of older) if (!stays.has(piece)) view.remove(keyOf(inode, piece.start));
  for (const piece of [...left.filter((one) => !known.has(one)), ...newer]) view.put(keyOf(inode, piece.start), piece.bytes);
  return [...left, ...newer].reduce((sum, piece) => sum + storedBytes(piece), 0);
}

function storedBytes({ start, end, bytes, isInline }: Piece): number {
  if (isInline) return number64(bytes, 8, 'extent');
  return number64(bytes, 21, 'extent') === 0 ? 0 : end - start;
}

function keyOf(inode: number, offset: number): Key {
  return { objectid: inode, type: items.extentData, offset };
}

/** What of the older stretches lies neither under newer ones nor behind the cut; both are in order. */
function uncovered(older: readonly Piece[], newer: readonly Piece[], cutAt: number): readonly Piece[] {
  const left: Piece[] = [];
  let first = 0;
  for (const piece of older) {
    while (first < newer.length && newer[first]!.end <= piece.start) first += 1;
    let from = piece.start;
    const end = Math.min(piece.end, cutAt);
    for (let at = first; at < newer.length && newer[at]!.start < end; at += 1) {
      if (newer[at]!.start > from) left.push(part(piece, from, newer[at]!.start));
      from = Math.max(from, newer[at]!.end);
    }
    if (from < end) left.push(part(piece, from, end));
  }
  return left;
}

function part(piece: Piece, start: number, end: number): Piece {
  if (start === piece.start && end === piece.end) return piece;
  if (piece.isInline) throw corrupt('log', { inline: piece.start });
  const bytes = Buffer.from(piece.bytes);
  bytes.writeBigUInt64LE(bytes.readBigUInt64LE(37) + BigInt(start - piece.start), 37);
  bytes.writeBigUInt64LE(BigInt(end - start), 45);
  return { start, end, bytes, isInline: false };
}

function pieceOf({ key, bytes }: Item, sectorSize: number): Piece {
  const start = key.offset;
  if (start < 0 || bytes.length < inlineHeader || compressions[bytes[16]!] === undefined)
    throw corrupt('extent', { inode: key.objectid, offset: start });
  const isInline = bytes[20] === extentTypes.inline;
  if (!isInline && bytes.length < regularBytes) throw corrupt('extent', { inode: key.objectid, offset: start });
  const length = number64(bytes, isInline ? 8 : 45, 'extent');
  const end = start + (isInline ? Math.ceil(length / sectorSize) * sectorSize : length);
  if (!Number.isSafeInteger(end)) throw corrupt('extent', { inode: key.objectid, offset: start });
  return { start, end, bytes, isInline };
}
