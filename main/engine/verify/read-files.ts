import { HostkeepError, type ByteRange } from '#contract';
import { dataStretches } from '../formats/data-stretches.ts';
import type { FileNode, FileSystem } from '../formats/file-system.ts';
import { stopWhenCancelled, type Watch } from './watch.ts';

const pieceBytes = 1024 * 1024;
/** A file of a sample that is longer is read in so many pieces, evenly spread, the first at its start and the last at its end. */
const wholeUpTo = 64 * pieceBytes;
const piecesOfLong = 16;

export const readingRule = (count: number): string =>
  `${count} files of each volume, chosen at random among all; each is read whole up to 64 MiB, and beyond that in 16 pieces of 1 MiB spread evenly from its first byte to its last`;
export const wholeRule = 'every file of every volume that can be read, whole';

/** Reads a file through every layer and gives the number of bytes that are known now; holes of long files are zeros without being read. @throws HostkeepError what `unreadable` says, or damage */
export async function readThrough(
  of: { readonly system: FileSystem; readonly node: FileNode },
  how: 'whole' | 'sampled',
  watch: Pick<Watch, 'signal'>,
): Promise<number> {
  const { system, node } = of;
  if (node.unreadable !== null) throw new HostkeepError(node.unreadable, { name: node.name });
  const isLong = node.sizeBytes > wholeUpTo;
  const pieces = !isLong
    ? cut([{ offset: 0, length: node.sizeBytes }])
    : how === 'sampled'
      ? spread(node.sizeBytes)
      : cut(await dataStretches({ system, node, details: await system.details(node) }));
  const target = Buffer.alloc(Math.min(pieceBytes, node.sizeBytes));
  let bytes = 0;
  for (const { offset, length } of pieces) {
    stopWhenCancelled(watch);
    await system.read(node, offset, target.subarray(0, length));
    bytes += length;
  }
  return isLong && how === 'sampled' ? bytes : node.sizeBytes;
}

function* cut(stretches: readonly ByteRange[]): Iterable<ByteRange> {
  for (const { offset, length } of stretches)
    for (let at = 0; at < length; at += pieceBytes) yield { offset: offset + at, length: Math.min(pieceBytes, length - at) };
}

function* spread(size: number): Iterable<ByteRange> {
  const last = size - pieceBytes;
  for (let piece = 0; piece < piecesOfLong; piece += 1)
    yield { offset: Math.floor((last * piece) / (piecesOfLong - 1)), length: pieceBytes };
}
