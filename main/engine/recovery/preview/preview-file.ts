import { HostkeepError, type PreviewView } from '#contract';
import type { GuestFile } from '../guest-volumes.ts';
import { contentType } from './content-type.ts';
import { decodeText } from './decode-text.ts';
import { imageHead } from './image-head.ts';

const headBytes = 64 * 1024;
const hexBytes = 256;

export interface PreviewOptions {
  /** Gives the image itself too, up to so many bytes. */
  readonly imageBytes: number;
}

/** The beginning of a file, to be looked at. @throws HostkeepError recovery/not-a-file, what `unreadable` says, format/* */
export async function previewFile({ fileSystem, node }: GuestFile, { imageBytes }: PreviewOptions): Promise<PreviewView> {
  if (node.type !== 'file') throw new HostkeepError('recovery/not-a-file', { name: node.name });
  const { sizeBytes } = node;
  if (sizeBytes === 0) return { kind: 'empty', sizeBytes };
  const read = async (length: number): Promise<Buffer> => {
    const bytes = Buffer.alloc(Math.min(length, sizeBytes));
    await fileSystem.read(node, 0, bytes);
    return bytes;
  };
  const head = await read(headBytes);
  const image = imageHead(head);
  if (image !== undefined) {
    const base64 = sizeBytes > imageBytes ? null : (await read(imageBytes)).toString('base64');
    return { kind: 'image', sizeBytes, ...image, base64 };
  }
  const decoded = decodeText(head);
  if (decoded !== undefined) return { kind: 'text', sizeBytes, ...decoded, truncated: sizeBytes > head.length };
  return { kind: 'binary', sizeBytes, type: contentType(head), hex: hexLines(head.subarray(0, hexBytes)) };
}

/** Offset, 16 bytes, and what of them can be printed. */
function hexLines(bytes: Buffer): readonly string[] {
  return Array.from({ length: Math.ceil(bytes.length / 16) }, (_, line) => {
    const row = bytes.subarray(line * 16, line * 16 + 16);
    const hex = row.toString('hex').replaceAll(/..(?=.)/g, '$& ');
    const text = row.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '.');
    return `${(line * 16).toString(16).padStart(8, '0')}  ${hex.padEnd(47)}  ${text}`;
  });
}
