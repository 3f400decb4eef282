import { HostkeepError } from '#contract';
import type { FileDetails, FileNode, FileSystem } from '../../formats/file-system.ts';
import type { Piece } from './target.ts';

const pieceBytes = 1024 * 1024;

interface Stretch {
  readonly offset: number;
  readonly length: number;
}

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
  yield* ahead(read, cut(await dataStretches(of), from), signal);
}

export async function* streamPieces(
  of: { readonly system: FileSystem; readonly node: FileNode; readonly name: string; readonly sizeBytes: number },
  signal: AbortSignal,
): AsyncIterable<Piece> {
  const { system, node, name, sizeBytes } = of;
  const read: Read = (offset, target) => system.readStream(node, name, offset, target);
  yield* ahead(read, cut([{ offset: 0, length: sizeBytes }], 0), signal);
}

/** Where there is anything to read. Only of files stored as they are: in others, no place on the volume means no hole. */
async function dataStretches(of: {
  readonly system: FileSystem;
  readonly node: FileNode;
  readonly details: FileDetails;
}): Promise<readonly Stretch[]> {
  const { system, node, details } = of;
  const whole = [{ offset: 0, length: node.sizeBytes }];
  if (node.sizeBytes <= pieceBytes || (details.storage !== 'sparse' && details.storage !== 'plain')) return whole;
  return (await system.ranges(node)).filter((range) => range.volumeOffset !== null && range.length > 0);
}

/** Cuts stretches into pieces that begin at multiples of the piece size, so that resuming cuts the same way. */
function* cut(stretches: readonly Stretch[], from: number): Iterable<Stretch> {
  for (const { offset, length } of stretches) {
    const end = offset + length;
    for (let at = Math.max(offset, from); at < end;) {
      const to = Math.min(end, (Math.floor(at / pieceBytes) + 1) * pieceBytes);
      yield { offset: at, length: to - at };
      at = to;
    }
  }
}

async function* ahead(read: Read, stretches: Iterable<Stretch>, signal: AbortSignal): AsyncIterable<Piece> {
  const load = async ({ offset, length }: Stretch): Promise<Piece> => {
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
