import type { ObjectBytes } from '../object-bytes.ts';
import { readInBounds } from '../read-in-bounds.ts';
import { baseBlock, baseBlockChecksum } from './layout.ts';

/** Pages of a hive's bins, by their offset from the first bin. */
export interface HivePage {
  readonly offset: number;
  readonly bytes: Buffer;
}

export interface OldLog {
  readonly sequence: number;
  readonly binsBytes: number;
  readonly pages: readonly HivePage[];
}

const sectorBytes = 512;
const largestBins = 2 ** 31;
const vector = { at: sectorBytes, bitmap: sectorBytes + 4 } as const;

/**
 * [REGF] "Format of transaction log files", "Old format" (before Windows 8.1): the sectors that one write was about to change. Undefined
 * when it is none, was not written whole, or is of another write than the one that the hive, whose base block is given, lacks.
 */
export async function readOldLog(log: ObjectBytes, base: Buffer): Promise<OldLog | undefined> {
  if (log.sizeBytes < sectorBytes * 2) return undefined;
  const head = await readInBounds(log, 0, sectorBytes * 2, 'format/registry-corrupt');
  const binsBytes = head.readUInt32LE(baseBlock.binsBytes);
  if (!isOf(head, base) || binsBytes === 0 || binsBytes % 4096 !== 0 || binsBytes > largestBins) return undefined;
  const bitmapBytes = binsBytes / sectorBytes / 8;
  const firstPage = Math.ceil((vector.bitmap + bitmapBytes) / sectorBytes) * sectorBytes;
  if (firstPage > log.sizeBytes) return undefined;
  const bitmap = await readInBounds(log, vector.bitmap, bitmapBytes, 'format/registry-corrupt');
  const dirty: number[] = [];
  for (let bit = 0; bit < bitmapBytes * 8; bit += 1) if (((bitmap[bit >>> 3]! >>> (bit & 7)) & 1) === 1) dirty.push(bit);
  // A log that is cut off would leave the hive half of one state and half of another.
  if (dirty.length === 0 || firstPage + dirty.length * sectorBytes > log.sizeBytes) return undefined;
  const bytes = await readInBounds(log, firstPage, dirty.length * sectorBytes, 'format/registry-corrupt');
  const pages = dirty.map((bit, index) => ({
    offset: bit * sectorBytes,
    bytes: bytes.subarray(index * sectorBytes, (index + 1) * sectorBytes),
  }));
  return { sequence: head.readUInt32LE(baseBlock.primarySequence), binsBytes, pages };
}

/** Both bear the time of the same write. */
function isOf(head: Buffer, base: Buffer): boolean {
  const [type, primary] = [head.readUInt32LE(baseBlock.fileType), head.readUInt32LE(baseBlock.primarySequence)];
  return (
    head.toString('latin1', 0, 4) === 'regf' &&
    (type === 1 || type === 2) &&
    head.readUInt32LE(baseBlock.checksum) === baseBlockChecksum(head) &&
    primary === head.readUInt32LE(baseBlock.secondarySequence) &&
    head.readBigUInt64LE(baseBlock.lastWritten) === base.readBigUInt64LE(baseBlock.lastWritten) &&
    head.toString('latin1', vector.at, vector.at + 4) === 'DIRT'
  );
}
