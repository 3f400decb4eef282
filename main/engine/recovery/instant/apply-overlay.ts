import { randomUUID } from 'node:crypto';
import type { OverlayDisk } from '#engine/blocks';
import { editVhdx } from '../../formats/vhdx/index.ts';
import { targetErrors } from '../restore/output-file.ts';

const pieceBytes = 1024 * 1024;

/** Writes what lies in the overlay into a disk that holds what is below it, and gives how much that was. It can be done again. */
export async function applyOverlay(disk: OverlayDisk, path: string): Promise<number> {
  const editor = await targetErrors(path, () => editVhdx(path, randomUUID));
  let bytes = 0;
  try {
    for (const { offset, length } of disk.changes()) {
      for (let done = 0; done < length; done += pieceBytes) {
        const piece = Buffer.alloc(Math.min(pieceBytes, length - done));
        await disk.read(offset + done, piece);
        await targetErrors(path, () => editor.write(offset + done, piece));
      }
      bytes += length;
    }
  } finally {
    await targetErrors(path, () => editor.close());
  }
  return bytes;
}
