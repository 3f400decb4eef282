import { corrupt, readU64 } from './damage.ts';
import { entryFlags, indexEntry, indexNode } from './layout.ts';

/** One entry of an index node ([NTFS] "Concept - Index"). */
export interface IndexEntry {
  readonly bytes: Buffer;
  readonly key: Buffer;
  readonly isLast: boolean;
  /** The block of all that sorts before this entry; null in a leaf. */
  readonly child: number | null;
}

/** The entries of a node, the end marker included. What lies behind the marker was deleted and is not looked at. */
export function parseNode(node: Buffer): readonly IndexEntry[] {
  if (node.length < 16) throw corrupt('index node');
  const end = node.readUInt32LE(indexNode.usedBytes);
  if (end > node.length) throw corrupt('index node', { used: end });
  const entries: IndexEntry[] = [];
  for (let at = node.readUInt32LE(indexNode.firstEntry); at + 16 <= end;) {
    const length = node.readUInt16LE(at + indexEntry.length);
    if (length < 16 || length % 8 !== 0 || at + length > end) throw corrupt('index entry', { at, length });
    const entry = parseEntry(node, at, length);
    entries.push(entry);
    if (entry.isLast) return entries;
    at += length;
  }
  throw corrupt('index node', { end: 'missing' });
}

function parseEntry(node: Buffer, at: number, length: number): IndexEntry {
  const flags = node.readUInt16LE(at + indexEntry.flags);
  const hasChild = (flags & entryFlags.hasChild) !== 0;
  const isLast = (flags & entryFlags.last) !== 0;
  const keyLength = isLast ? 0 : node.readUInt16LE(at + indexEntry.keyLength);
  if (indexEntry.key + keyLength + (hasChild ? 8 : 0) > length) throw corrupt('index entry', { keyLength });
  return {
    // Views are made when they are asked for.
    get bytes() {
      return node.subarray(at, at + length);
    },
    get key() {
      return node.subarray(at + indexEntry.key, at + indexEntry.key + keyLength);
    },
    isLast,
    child: hasChild ? readU64(node, at + length - 8, 'index entry') : null,
  };
}
