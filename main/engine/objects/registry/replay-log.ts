import type { ObjectBytes } from '../object-bytes.ts';
import { readInBounds } from '../read-in-bounds.ts';
import { baseBlock, baseBlockBytes, baseBlockChecksum } from './layout.ts';
import { marvin32 } from './marvin.ts';
import { readOldLog, type HivePage } from './old-log.ts';

/** A hive with what its logs hold put in place, in memory; nothing is written. */
export interface ReplayedHive {
  readonly bytes: ObjectBytes;
  /** Log entries that were put in place; 0: the hive is as it is in the file. */
  readonly entries: number;
}

const sectorBytes = 512;
const largestLog = 128 * 1024 * 1024;
const mostPages = 1 << 16;

interface Entry {
  readonly sequence: number;
  readonly binsBytes: number;
  readonly pages: readonly HivePage[];
}

/**
 * [REGF] "Dirty state of a hive", for logs of the new format (Windows 8.1 and later): entries of both logs by their numbers, none of them
 * older than the hive, each proved by its hashes, up to the first that is missing or broken. Without any, a log of the old format that is of
 * the very write that the hive lacks.
 */
export async function replayLogs(source: ObjectBytes, logs: readonly ObjectBytes[]): Promise<ReplayedHive> {
  const asItIs = { bytes: source, entries: 0 };
  if (source.sizeBytes < baseBlockBytes) return asItIs;
  const base = Buffer.from(await readInBounds(source, 0, baseBlockBytes, 'format/registry-corrupt'));
  const [primary, secondary] = [base.readUInt32LE(baseBlock.primarySequence), base.readUInt32LE(baseBlock.secondarySequence)];
  const isSound = base.toString('latin1', 0, 4) === 'regf' && base.readUInt32LE(baseBlock.checksum) === baseBlockChecksum(base);
  if (!isSound || primary === secondary) return asItIs;
  const found: (readonly Entry[])[] = [];
  for (const log of logs) found.push((await entriesOf(log)).filter(({ sequence }) => sequence >= secondary));
  const applied = inOneRow(found);
  const last = applied.at(-1);
  if (last !== undefined) return put(source, base, { ...last, sequence: (last.sequence + 1) >>> 0, applied });
  for (const log of logs) {
    const old = await readOldLog(log, base);
    if (old !== undefined) return put(source, base, { ...old, applied: [old] });
  }
  return asItIs;
}

/**
 * [REGF] "New format": the log that begins earlier first, then the other where it goes on. Logs may begin later than the hive's own number:
 * Windows starts anew in a log once it has put in place what was there.
 */
function inOneRow(logs: readonly (readonly Entry[])[]): readonly Entry[] {
  const applied: Entry[] = [];
  const sorted = logs.filter((entries) => entries.length > 0).toSorted((a, b) => a[0]!.sequence - b[0]!.sequence);
  for (const entry of sorted.flat()) {
    const last = applied.at(-1);
    if (last !== undefined && entry.sequence !== last.sequence + 1) return applied;
    applied.push(entry);
  }
  return applied;
}

interface Applied {
  /** What the hive is numbered with afterwards. */
  readonly sequence: number;
  readonly binsBytes: number;
  readonly applied: readonly { readonly pages: readonly HivePage[] }[];
}

function put(source: ObjectBytes, base: Buffer, of: Applied): ReplayedHive {
  base.writeUInt32LE(of.binsBytes, baseBlock.binsBytes);
  for (const field of [baseBlock.primarySequence, baseBlock.secondarySequence]) base.writeUInt32LE(of.sequence, field);
  base.writeUInt32LE(baseBlockChecksum(base), baseBlock.checksum);
  const pages = new Map([[0, base]]);
  for (const entry of of.applied) for (const { offset, bytes } of entry.pages) cut(pages, baseBlockBytes + offset, bytes);
  return { bytes: patched(source, pages, baseBlockBytes + of.binsBytes), entries: of.applied.length };
}

/** In pieces of a sector, so that a later entry takes the place of an earlier one, however each was cut. */
function cut(pages: Map<number, Buffer>, offset: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; at += sectorBytes) pages.set(offset + at, bytes.subarray(at, at + sectorBytes));
}

function patched(source: ObjectBytes, pages: ReadonlyMap<number, Buffer>, endBytes: number): ObjectBytes {
  return {
    sizeBytes: Math.max(source.sizeBytes, endBytes),
    async read(offset, target) {
      target.fill(0);
      const inFile = Math.min(target.byteLength, Math.max(0, source.sizeBytes - offset));
      if (inFile > 0) await source.read(offset, target.subarray(0, inFile));
      const end = offset + target.byteLength;
      // The base block is one piece of eight sectors; what begins before the range may reach into it.
      for (let at = Math.floor(offset / baseBlockBytes) * baseBlockBytes; at < end; at += sectorBytes) {
        const page = pages.get(at);
        if (page === undefined || at + page.length <= offset) continue;
        const from = Math.max(offset, at);
        target.set(page.subarray(from - at, Math.min(page.length, end - at)), from - offset);
      }
    },
  };
}

/** [REGF] "Log entry": the entries of a log, up to the first that does not follow or is broken. */
async function entriesOf(log: ObjectBytes): Promise<readonly Entry[]> {
  if (log.sizeBytes < sectorBytes * 2 || log.sizeBytes > largestLog) return [];
  const head = await readInBounds(log, 0, sectorBytes, 'format/registry-corrupt');
  if (head.toString('latin1', 0, 4) !== 'regf' || head.readUInt32LE(baseBlock.fileType) !== 6) return [];
  if (head.readUInt32LE(baseBlock.checksum) !== baseBlockChecksum(head)) return [];
  const entries: Entry[] = [];
  for (let at = sectorBytes; at + 40 <= log.sizeBytes;) {
    const size = (await readInBounds(log, at, 40, 'format/registry-corrupt')).readUInt32LE(4);
    if (size < sectorBytes || size % sectorBytes !== 0 || at + size > log.sizeBytes) break;
    const entry = parseEntry(await readInBounds(log, at, size, 'format/registry-corrupt'));
    const before = entries.at(-1);
    if (entry === undefined || (before !== undefined && entry.sequence !== (before.sequence + 1) >>> 0)) break;
    entries.push(entry);
    at += size;
  }
  return entries;
}

function parseEntry(bytes: Buffer): Entry | undefined {
  if (bytes.toString('latin1', 0, 4) !== 'HvLE') return undefined;
  const count = bytes.readUInt32LE(20);
  const binsBytes = bytes.readUInt32LE(16);
  if (count > mostPages || 40 + count * 8 > bytes.length || binsBytes % baseBlockBytes !== 0 || binsBytes === 0) return undefined;
  const [body, head] = [marvin32(bytes.subarray(40)), marvin32(bytes.subarray(0, 32))];
  const isProved =
    body.low === bytes.readUInt32LE(24) &&
    body.high === bytes.readUInt32LE(28) &&
    head.low === bytes.readUInt32LE(32) &&
    head.high === bytes.readUInt32LE(36);
  if (!isProved) return undefined;
  const pages: HivePage[] = [];
  let at = 40 + count * 8;
  for (let index = 0; index < count; index += 1) {
    const [offset, size] = [bytes.readUInt32LE(40 + index * 8), bytes.readUInt32LE(44 + index * 8)];
    if (offset % sectorBytes !== 0 || size % sectorBytes !== 0 || offset + size > binsBytes || at + size > bytes.length)
      return undefined;
    pages.push({ offset, bytes: Buffer.from(bytes.subarray(at, at + size)) });
    at += size;
  }
  return { sequence: bytes.readUInt32LE(12), binsBytes, pages };
}
