import { HostkeepError } from '#contract';
import type { GuestFile } from './guest-volumes.ts';

const pieceBytes = 1024 * 1024;
const firstPieceBytes = 64 * 1024;

/** A file's bytes from start to end; the first piece is small, so that something comes soon. */
export async function* readFile(file: GuestFile): AsyncIterable<Buffer> {
  if (file.node.type !== 'file') throw new HostkeepError('recovery/not-a-file', { name: file.node.name, type: file.node.type });
  for (let offset = 0; offset < file.node.sizeBytes;) {
    const piece = Buffer.alloc(Math.min(offset === 0 ? firstPieceBytes : pieceBytes, file.node.sizeBytes - offset));
    await file.fileSystem.read(file.node, offset, piece);
    yield piece;
    offset += piece.length;
  }
}
