import type { BlockSource } from '#engine/blocks';
import { cursorOver, type Cursor } from '#engine/bytes';
import { corrupt, fixUp, type Attribute } from './record.ts';
import { readStream, streamOf } from './volume.ts';

/** What a folder's index says of a file: the content of its name attribute. */
export interface FolderEntry {
  readonly record: number;
  readonly name: string;
  readonly isDosName: boolean;
}

const maximumIndexBytes = 512 * 1024 * 1024;

/** All entries of a folder's $I30 index: the root's, and those of every block in use. */
export async function* folderEntries(
  source: BlockSource,
  clusterSize: number,
  attributes: readonly Attribute[],
): AsyncIterable<FolderEntry> {
  const named = attributes.filter((attribute) => attribute.name === '$I30');
  const root = named.find((attribute) => attribute.type === 0x90)?.resident;
  if (root === undefined) throw corrupt('index root');
  const head = cursorOver(root, 'format/ntfs-corrupt', 'index root');
  yield* entriesIn(head.sub(16, head.length - 16));
  const pieces = named.filter((attribute) => attribute.type === 0xa0);
  if (pieces.length === 0) return;
  const blockSize = head.u32(8);
  if (blockSize < 512 || blockSize > 2 * 1024 * 1024 || !Number.isInteger(Math.log2(blockSize)))
    throw corrupt('index root', { blockSize });
  const stream = streamOf(pieces);
  if (stream.sizeBytes > maximumIndexBytes) throw corrupt('index', { bytes: stream.sizeBytes });
  for (let offset = 0; offset + blockSize <= stream.sizeBytes; offset += blockSize) {
    const block = Buffer.alloc(blockSize);
    await readStream(source, clusterSize, stream, { offset, target: block });
    // Blocks that are not in use keep no signature.
    if (block.toString('latin1', 0, 4) !== 'INDX') continue;
    fixUp(block, 'INDX');
    yield* entriesIn(cursorOver(block, 'format/ntfs-corrupt', 'index block').sub(24, blockSize - 24));
  }
}

/** Entries after an index node header, up to the one that is marked last. */
function* entriesIn(node: Cursor): Iterable<FolderEntry> {
  const end = Math.min(node.u32(4), node.length);
  for (let at = node.u32(0); at + 16 <= end;) {
    const length = node.u16(at + 8);
    if ((node.u16(at + 12) & 2) !== 0) return;
    if (length < 82) throw corrupt('index entry', { length });
    const record = Number(node.big64(at) & 0xffffffffffffn);
    const nameLength = node.u8(at + 16 + 64);
    const namespace = node.u8(at + 16 + 65);
    yield { record, name: node.utf16(at + 16 + 66, nameLength * 2), isDosName: namespace === 2 };
    at += length;
  }
}
