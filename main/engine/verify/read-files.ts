import { HostkeepError } from '#contract';
import type { FileNode, FileSystem } from '../formats/file-system.ts';
import { stopWhenCancelled, type Watch } from './watch.ts';

const pieceBytes = 1024 * 1024;
/** A file of a sample that is longer is read in so many pieces, evenly spread, the first at its start and the last at its end. */
const wholeUpTo = 64 * pieceBytes;
const piecesOfLong = 16;

export const readingRule = (count: number): string =>
  `${count} files of each volume, chosen at random among all; each is read whole up to 64 MiB, and beyond that in 16 pieces of 1 MiB spread evenly from its first byte to its last`;
export const wholeRule = 'every file of every volume that can be read, whole';

/** Reads a file through every layer and gives the number of bytes. @throws HostkeepError what `unreadable` says, or damage */
export async function readThrough(
  of: { readonly system: FileSystem; readonly node: FileNode },
  how: 'whole' | 'sampled',
  watch: Pick<Watch, 'signal'>,
): Promise<number> {
  const { system, node } = of;
  if (node.unreadable !== null) throw new HostkeepError(node.unreadable, { name: node.name });
  const offsets = how === 'whole' || node.sizeBytes <= wholeUpTo ? everyPiece(node.sizeBytes) : spreadPieces(node.sizeBytes);
  const target = Buffer.alloc(Math.min(pieceBytes, node.sizeBytes));
  let bytes = 0;
  for (const offset of offsets) {
    stopWhenCancelled(watch);
    const piece = target.subarray(0, Math.min(pieceBytes, node.sizeBytes - offset));
    await system.read(node, offset, piece);
    bytes += piece.length;
  }
  return bytes;
}

function* everyPiece(size: number): Iterable<number> {
  for (let offset = 0; offset < size; offset += pieceBytes) yield offset;
}

function* spreadPieces(size: number): Iterable<number> {
  const last = size - pieceBytes;
  for (let piece = 0; piece < piecesOfLong; piece += 1) yield Math.floor((last * piece) / (piecesOfLong - 1));
}
