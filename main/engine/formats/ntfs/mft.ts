import { hasCode, type ByteRange } from '#contract';
import { readBytes } from '#engine/blocks';
import { readAttributeList } from './attribute-list.ts';
import { corrupt } from './damage.ts';
import { attributeTypes, ownRecords } from './layout.ts';
import { attributeSizes, parseRecord, type Attribute, type FileRecord } from './record.ts';
import { joinRuns, readRuns, runAt, type Run, type RunReader } from './runs.ts';

/** The table of file records, itself a file ([NTFS] "File - $MFT"). */
export interface MasterFileTable {
  readonly recordCount: number;
  /** @throws HostkeepError format/ntfs-corrupt */
  record(number: number): Promise<FileRecord>;
  /** A record whose neighbourhood was read already; undefined when it was not, or when it is damaged. */
  recordAtHand(number: number): FileRecord | undefined;
  /** Bytes of neighbouring records as they lie on the volume, fixups and all. */
  readRaw(first: number, target: Uint8Array): Promise<void>;
  /** Where on the volume a record begins. */
  volumeOffset(number: number): number | null;
  /** Numbers of the records that ranges of the volume touch, in order and without repeats. */
  recordsIn(ranges: readonly ByteRange[]): readonly { readonly first: number; readonly end: number }[];
}

const windowBytes = 64 * 1024;
const keptWindows = 64;
const keptRecords = 4096;

export async function openMft(from: RunReader): Promise<MasterFileTable> {
  const { recordSize, clusterSize } = from.geometry;
  const table = await firstRecord(from);
  const { runs, size } = await tableRuns(from, table);
  const recordCount = Math.floor(size / recordSize);
  const kept = new Map<number, FileRecord>();
  const windows = new Map<number, Promise<Buffer>>();
  /** The window that was read last. */
  let last = { start: 0, bytes: Buffer.alloc(0), parsed: new Map<number, FileRecord>() };

  const windowAt = (start: number): Promise<Buffer> => {
    const known = windows.get(start);
    if (known !== undefined) return known;
    if (windows.size >= keptWindows) windows.delete(windows.keys().next().value!);
    const target = Buffer.alloc(Math.min(windowBytes, recordCount * recordSize - start));
    const loading = readRuns(from, runs, start, target).then(() => {
      // Copied as a whole, since undoing fixups changes the bytes.
      last = { start, bytes: Buffer.from(target), parsed: new Map() };
      return target;
    });
    windows.set(start, loading);
    loading.catch(() => windows.delete(start));
    return loading;
  };
  return {
    recordCount,
    recordAtHand(number) {
      const inWindow = number * recordSize - last.start;
      if (number === ownRecords.mft || inWindow < 0 || inWindow + recordSize > last.bytes.length) return undefined;
      const known = last.parsed.get(number);
      if (known !== undefined) return known;
      try {
        const record = parseRecord(last.bytes.subarray(inWindow, inWindow + recordSize), number);
        last.parsed.set(number, record);
        return record;
      } catch (error) {
        if (hasCode(error, 'format/ntfs-corrupt')) return undefined;
        throw error;
      }
    },
    async record(number) {
      if (number === ownRecords.mft) return table;
      const known = kept.get(number);
      if (known !== undefined) return known;
      if (!(number < recordCount)) throw corrupt('file record', { record: number });
      const offset = number * recordSize;
      const inWindow = offset % windowBytes;
      const bytes = Buffer.from((await windowAt(offset - inWindow)).subarray(inWindow, inWindow + recordSize));
      const parsed = parseRecord(bytes, number);
      if (kept.size >= keptRecords) kept.delete(kept.keys().next().value!);
      kept.set(number, parsed);
      return parsed;
    },
    readRaw: (first, target) => readRuns(from, runs, first * recordSize, target),
    volumeOffset(number) {
      const offset = number * recordSize;
      const run = runs[runAt(runs, Math.floor(offset / clusterSize))];
      return run === undefined || run.cluster === null ? null : run.cluster * clusterSize + offset - run.first * clusterSize;
    },
    recordsIn: (ranges) => recordsIn({ runs, clusterSize, recordSize, recordCount }, ranges),
  };
}

/** Record 0 describes the table; its own attribute list lies in records that its earlier pieces lead to. */
async function tableRuns(from: RunReader, table: FileRecord): Promise<{ readonly runs: readonly Run[]; readonly size: number }> {
  const { geometry } = from;
  const isData = (of: { readonly type: number; readonly name: string }): boolean =>
    of.type === attributeTypes.data && of.name === '';
  const pieces: Attribute[] = table.attributes.filter((attribute) => isData(attribute) && attribute.lowestVcn === 0);
  const list = table.attributes.find((attribute) => attribute.type === attributeTypes.attributeList);
  const listed = list === undefined ? [] : (await readAttributeList(from, list)).filter(isData);
  for (const entry of listed.toSorted((a, b) => a.lowestVcn - b.lowestVcn)) {
    if (entry.lowestVcn === 0) continue;
    const bytes = Buffer.alloc(geometry.recordSize);
    await readRuns(from, joinRuns(pieces, geometry), entry.record * geometry.recordSize, bytes);
    const holder = parseRecord(bytes, entry.record);
    const piece = holder.attributes.find((attribute) => attribute.id === entry.id && isData(attribute));
    if (piece === undefined) throw corrupt('$MFT', { record: entry.record });
    pieces.push(piece);
  }
  const first = pieces[0];
  if (first === undefined || first.isResident) throw corrupt('$MFT');
  const { size } = attributeSizes(first);
  return { runs: joinRuns(pieces, geometry), size };
}

/** From the table, or from its mirror ([NTFS] "File - $MFTMirr") when the table's start is damaged. */
async function firstRecord(from: RunReader): Promise<FileRecord> {
  const { clusterSize, recordSize, mftCluster, mirrorCluster } = from.geometry;
  const at = async (cluster: number): Promise<FileRecord> =>
    parseRecord(await readBytes(from.source, cluster * clusterSize, recordSize), ownRecords.mft);
  try {
    return await at(mftCluster);
  } catch (error) {
    if (!hasCode(error, 'format/ntfs-corrupt')) throw error;
    return at(mirrorCluster);
  }
}

function recordsIn(
  table: {
    readonly runs: readonly Run[];
    readonly clusterSize: number;
    readonly recordSize: number;
    readonly recordCount: number;
  },
  ranges: readonly ByteRange[],
): readonly { readonly first: number; readonly end: number }[] {
  const { runs, clusterSize, recordSize, recordCount } = table;
  const found: { first: number; end: number }[] = [];
  for (const run of runs) {
    if (run.cluster === null) continue;
    const [runStart, runEnd] = [run.cluster * clusterSize, (run.cluster + run.clusters) * clusterSize];
    for (const { offset, length } of ranges) {
      const [from, to] = [Math.max(offset, runStart), Math.min(offset + length, runEnd)];
      if (from >= to) continue;
      const inTable = run.first * clusterSize - runStart;
      const end = Math.min(recordCount, Math.ceil((to + inTable) / recordSize));
      const first = Math.floor((from + inTable) / recordSize);
      const last = found.at(-1);
      if (last !== undefined && first <= last.end) last.end = Math.max(last.end, end);
      else if (first < end) found.push({ first, end });
    }
  }
  return found;
}
