/** What is in a guest's folders and files, for the browser of the console. */
import { fileRowLimit, HostkeepError, type FolderView, type PreviewView } from '#contract';
import { parseGuestPath, readFile, type GuestFile, type GuestVolumes } from '#engine/recovery';

const previewBytes = 256 * 1024;
const imageBytes = 4 * 1024 * 1024;
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** @throws HostkeepError recovery/path-not-found, recovery/not-a-folder, format/* */
export async function listFolder(volumes: GuestVolumes, path: string): Promise<FolderView> {
  const { fileSystem, node } = await volumes.find(parseGuestPath(path));
  if (node.type !== 'folder') throw new HostkeepError('recovery/not-a-folder', { path });
  const nodes = await fileSystem.list(node);
  const entries = nodes
    .toSorted((a, b) => Number(b.type === 'folder') - Number(a.type === 'folder') || collator.compare(a.name, b.name))
    .slice(0, fileRowLimit)
    .map(({ name, type, sizeBytes, modified, unreadable }) => ({ name, type, sizeBytes, modified, unreadable }));
  return { path, entries, total: nodes.length };
}

/** Types that the page may show; SVG is none of them: it is a document that can hold scripts. */
const images: readonly { readonly mime: string; readonly begins: readonly number[] }[] = [
  { mime: 'image/png', begins: [0x89, 0x50, 0x4e, 0x47] },
  { mime: 'image/jpeg', begins: [0xff, 0xd8, 0xff] },
  { mime: 'image/gif', begins: [0x47, 0x49, 0x46, 0x38] },
  { mime: 'image/bmp', begins: [0x42, 0x4d] },
];

export async function previewFile(volumes: GuestVolumes, path: string): Promise<PreviewView> {
  const file = await volumes.find(parseGuestPath(path));
  if (file.node.type !== 'file') throw new HostkeepError('recovery/not-a-file', { path });
  if (file.node.sizeBytes === 0) return { kind: 'none', reason: 'empty' };
  const head = await readHead(file, previewBytes);
  const image = images.find(({ begins }) => begins.every((byte, index) => head[index] === byte));
  if (image !== undefined) {
    if (file.node.sizeBytes > imageBytes) return { kind: 'none', reason: 'too-large' };
    return { kind: 'image', mime: image.mime, base64: (await readHead(file, imageBytes)).toString('base64') };
  }
  const text = decoded(head);
  if (text === null) return { kind: 'none', reason: 'binary' };
  return { kind: 'text', text, truncated: file.node.sizeBytes > head.length };
}

async function readHead(file: GuestFile, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of readFile(file)) {
    pieces.push(Buffer.from(piece));
    length += piece.length;
    if (length >= limit) break;
  }
  return Buffer.concat(pieces).subarray(0, limit);
}

/** UTF-16 with a mark, UTF-8, or Windows-1252; null for what is no text. */
function decoded(bytes: Buffer): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.subarray(0, 8192).includes(0)) return null;
  const text = new TextDecoder('utf-8').decode(bytes);
  return text.slice(0, -2).includes('\ufffd') ? new TextDecoder('windows-1252').decode(bytes) : text;
}
