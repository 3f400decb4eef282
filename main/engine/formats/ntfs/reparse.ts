import type { Reparse, ReparseKind } from '../file-system.ts';
import { corrupt } from './damage.ts';
import { reparseTags } from './layout.ts';

/** A reparse point with the data that its owner keeps in it (MS-FSCC 2.1.2). */
export interface ReparsePoint extends Reparse {
  readonly data: Buffer;
}

const headerBytes = 8;
/** Windows takes no more than this. */
export const maximumReparseBytes = 16 * 1024;

export function parseReparse(bytes: Buffer): ReparsePoint {
  if (bytes.length < headerBytes) throw corrupt('reparse point', { bytes: bytes.length });
  const tag = bytes.readUInt32LE(0);
  const data = bytes.subarray(headerBytes, headerBytes + bytes.readUInt16LE(4));
  if (data.length !== bytes.readUInt16LE(4)) throw corrupt('reparse point', { bytes: bytes.length });
  if (tag === reparseTags.symlink) return { tag, kind: 'symlink', target: namesOf(data, 12).shown, data };
  if (tag === reparseTags.wslSymlink) return { tag, kind: 'symlink', target: data.toString('utf8', 4), data };
  if (tag === reparseTags.mountPoint) {
    const { substitute, shown } = namesOf(data, 8);
    const kind = /^\\\?\?\\Volume\{/i.test(substitute) ? 'mount-point' : 'junction';
    return { tag, kind, target: kind === 'mount-point' && shown === '' ? substitute : shown, data };
  }
  return { tag, kind: kinds.get(tag) ?? 'other', target: null, data };
}

const kinds: ReadonlyMap<number, ReparseKind> = new Map([
  [reparseTags.wof, 'wof'],
  [reparseTags.dedup, 'dedup'],
]);

/** Substitute and print names (MS-FSCC 2.1.2.4 and 2.1.2.5): where each begins and how long it is, in a buffer after the header. */
function namesOf(data: Buffer, bufferAt: number): { readonly substitute: string; readonly shown: string } {
  if (data.length < bufferAt) throw corrupt('reparse point', { bytes: data.length });
  const text = (at: number): string => {
    const start = bufferAt + data.readUInt16LE(at);
    const end = start + data.readUInt16LE(at + 2);
    if (end > data.length) throw corrupt('reparse point', { end });
    return data.toString('utf16le', start, end);
  };
  const [substitute, print] = [text(0), text(4)];
  return { substitute, shown: print === '' ? substitute.replace(/^\\\?\?\\(?!Volume\{)/i, '') : print };
}
