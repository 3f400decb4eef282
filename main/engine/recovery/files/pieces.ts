import { HostkeepError, type ByteRange } from '#contract';
import { dataStretches } from '../../formats/data-stretches.ts';
import type { FileDetails, FileNode, FileSystem } from '../../formats/file-system.ts';
import type { Piece } from './target.ts';

const pieceBytes = 1024 * 1024;

/** How content is read: the bytes at an offset. */
type Read = (offset: number, target: Uint8Array) => Promise<void>;

/** A file's content from an offset on, without its holes; the next piece is read while one is written. */
export async function* contentPieces(
  of: { readonly system: FileSystem; readonly node: FileNode; readonly details: FileDetails },
  from: number,
  signal: AbortSignal,
): AsyncIterable<Piece> {
  const { system, node } = of;
  const read: Read = (offset, target) => system.read(node, offset, target);
  const stretches = node.sizeBytes <= pieceBytes ? [{ offset: 0, length: node.sizeBytes }] : await dataStretches(of);
  yield* ahead(read, cut(stretches, from), signal);
}

export async function* streamPieces(
  of: { readonly system: FileSystem; readonly node: FileNode; readonly name: string; readonly sizeBytes: number },
  signal: AbortSignal,
): AsyncIterable<Piece> {
  const { system, node, name, sizeBytes } = of;
  const read: Read = (offset, target) => system.readStream(node, name, offset, target);
  yield* ahead(read, cut([{ offset: 0, length: sizeBytes }], 0), signal);
}

/** Cuts stretches into pieces that begin at multiples of the piece size, so that resuming cuts the same way. */
function* cut(stretches: readonly ByteRange[], from: number): Iterable<ByteRange> {
  for (const { offset, length } of stretches) {
    const end = offset + length;
    for (let at = Math.max(offset, from); at < end;) {
      const to = Math.min(end, (Math.floor(at / pieceBytes) + 1) * pieceBytes);
      yield { offset: at, length: to - at };
      at = to;
    }
  }
}

async function* ahead(read: Read, stretches: Iterable<ByteRange>, signal: AbortSignal): AsyncIterable<Piece> {
  const load = async ({ offset, length }: ByteRange): Promise<Piece> => {
    const bytes = Buffer.allocUnsafeSlow(length);
    await read(offset, bytes);
    return { offset, bytes };
  };
  let coming: Promise<Piece> | undefined;
  for (const stretch of stretches) {
    const next = load(stretch);
    // It is awaited in its turn; until then its failure is not unhandled.
    next.catch(() => undefined);
    if (coming !== undefined) yield await coming;
    if (signal.aborted) throw new HostkeepError('input/cancelled');
    coming = next;
  }
  if (coming !== undefined) yield await coming;
}
