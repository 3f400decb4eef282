/** What an image is, by its content. */
export interface ImageHead {
  readonly mime: string;
  /** Zero where the beginning of the file does not tell. */
  readonly width: number;
  readonly height: number;
}

type Read = (head: Buffer) => { readonly width: number; readonly height: number };
const unknown = { width: 0, height: 0 };

/** Kinds that a page may show; SVG is none of them: it is a document that can hold scripts. */
const kinds: readonly { readonly mime: string; readonly is: (head: Buffer) => boolean; readonly size: Read }[] = [
  {
    mime: 'image/png',
    is: (head) => begins(head, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    size: (head) => ({ width: head.readUInt32BE(16), height: head.readUInt32BE(20) }),
  },
  { mime: 'image/jpeg', is: (head) => begins(head, 0, [0xff, 0xd8, 0xff]), size: jpegSize },
  {
    mime: 'image/gif',
    is: (head) => /^GIF8[79]a/.test(head.toString('latin1', 0, 6)),
    size: (head) => ({ width: head.readUInt16LE(6), height: head.readUInt16LE(8) }),
  },
  {
    mime: 'image/bmp',
    is: (head) =>
      head.toString('latin1', 0, 2) === 'BM' && head.length >= 26 && [12, 40, 108, 124].includes(head.readUInt32LE(14)),
    size: (head) =>
      head.readUInt32LE(14) === 12
        ? { width: head.readUInt16LE(18), height: head.readUInt16LE(20) }
        : { width: Math.abs(head.readInt32LE(18)), height: Math.abs(head.readInt32LE(22)) },
  },
  {
    mime: 'image/webp',
    is: (head) => head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP',
    size: webpSize,
  },
  {
    mime: 'image/x-icon',
    is: (head) => begins(head, 0, [0, 0, 1, 0]) && head.length >= 22 && head.readUInt16LE(4) > 0 && head.readUInt8(9) === 0,
    size: (head) => ({ width: head.readUInt8(6) || 256, height: head.readUInt8(7) || 256 }),
  },
];

/** The image that begins so; undefined for what is none. */
export function imageHead(head: Buffer): ImageHead | undefined {
  const kind = kinds.find(({ is }) => head.length >= 12 && is(head));
  return kind === undefined ? undefined : { mime: kind.mime, ...sizeOf(kind.size, head) };
}

/** A head that is cut, or lies, tells no size. */
function sizeOf(read: Read, head: Buffer): { readonly width: number; readonly height: number } {
  try {
    return read(head);
  } catch (error) {
    if (error instanceof RangeError) return unknown;
    throw error;
  }
}

/** ITU-T T.81, B.2.2: the frame header follows some segments that say how long they are. */
function jpegSize(head: Buffer): { readonly width: number; readonly height: number } {
  for (let at = 2; at + 9 < head.length;) {
    if (head[at] !== 0xff) return unknown;
    const marker = head.readUInt8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: head.readUInt16BE(at + 7), height: head.readUInt16BE(at + 5) };
    if (marker === 0xda) return unknown;
    at += marker === 0xff ? 1 : 2 + Math.max(2, head.readUInt16BE(at + 2));
  }
  return unknown;
}

/** RFC 9649, 2.5 to 2.7. */
function webpSize(head: Buffer): { readonly width: number; readonly height: number } {
  const kind = head.toString('latin1', 12, 16);
  if (kind === 'VP8X') return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
  if (kind === 'VP8 ') return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
  if (kind !== 'VP8L') return unknown;
  const bits = head.readUInt32LE(21);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

function begins(head: Buffer, at: number, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => head[at + index] === byte);
}
