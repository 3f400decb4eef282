import type { ObjectBytes } from '../object-bytes.ts';
import { readInBounds } from '../read-in-bounds.ts';
import { baseBlock } from './layout.ts';

export interface HiveLog {
  /** `new` since Windows 8.1; `old` before, whose one write is either whole or void. */
  readonly format: 'new' | 'old';
  readonly primarySequence: number;
  /** Entries that follow one another from the first on; of the old format 1. */
  readonly entries: number;
}

const sectorBytes = 512;
const entryHeaderBytes = 40;
const mostEntries = 100_000;

/** What a hive's `.LOG`, `.LOG1` or `.LOG2` holds ([REGF] "Format of transaction log files"); undefined where it holds nothing. */
export async function readHiveLog(source: ObjectBytes): Promise<HiveLog | undefined> {
  if (source.sizeBytes < sectorBytes * 2) return undefined;
  const head = await readInBounds(source, 0, sectorBytes * 2, 'format/registry-corrupt');
  if (head.toString('latin1', 0, 4) !== 'regf') return undefined;
  const fileType = head.readUInt32LE(baseBlock.fileType);
  const primarySequence = head.readUInt32LE(baseBlock.primarySequence);
  if (fileType === 6) {
    const entries = await countEntries(source);
    return entries === 0 ? undefined : { format: 'new', primarySequence, entries };
  }
  const isOld = (fileType === 1 || fileType === 2) && head.toString('latin1', sectorBytes, sectorBytes + 4) === 'DIRT';
  return isOld ? { format: 'old', primarySequence, entries: 1 } : undefined;
}

async function countEntries(source: ObjectBytes): Promise<number> {
  let entries = 0;
  let expected: number | undefined;
  for (let at = sectorBytes; entries < mostEntries && at + entryHeaderBytes <= source.sizeBytes;) {
    const header = await readInBounds(source, at, entryHeaderBytes, 'format/registry-corrupt');
    const [size, sequence] = [header.readUInt32LE(4), header.readUInt32LE(12)];
    const isNext = header.toString('latin1', 0, 4) === 'HvLE' && (expected === undefined || sequence === expected);
    if (!isNext || size < sectorBytes || size % sectorBytes !== 0) break;
    entries += 1;
    expected = (sequence + 1) >>> 0;
    at += size;
  }
  return entries;
}
