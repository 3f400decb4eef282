import { HostkeepError } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { cursorOver } from '#engine/bytes';
import { corrupt, fixUp, parseRecord, type Attribute, type FileRecord, type Run } from './record.ts';

/** The boot sector's geometry, in bytes. */
export interface NtfsGeometry {
  readonly sectorSize: number;
  readonly clusterSize: number;
  readonly recordSize: number;
  readonly mftCluster: number;
}

export async function readGeometry(source: BlockSource): Promise<NtfsGeometry> {
  const cursor = cursorOver(await readBytes(source, 0, 512), 'format/ntfs-corrupt', 'boot sector');
  const sectorSize = cursor.u16(11);
  const perCluster = cursor.u8(13);
  const clusterSize = sectorSize * (perCluster > 0x80 ? 2 ** (256 - perCluster) : perCluster);
  const perRecord = cursor.bytes(64, 1).readInt8(0);
  const recordSize = perRecord < 0 ? 2 ** -perRecord : perRecord * clusterSize;
  const powers = [sectorSize, clusterSize, recordSize].every((size) => size >= 256 && Number.isInteger(Math.log2(size)));
  if (!powers || sectorSize > 4096 || clusterSize > 2 * 1024 * 1024 || recordSize < 512 || recordSize > 64 * 1024)
    throw corrupt('boot sector', { sectorSize, clusterSize, recordSize });
  return { sectorSize, clusterSize, recordSize, mftCluster: cursor.u64(48) };
}

/** A stream of an NTFS file: its size, and where its bytes are. */
export interface NtfsStream {
  readonly sizeBytes: number;
  readonly initializedBytes: number;
  readonly resident: Buffer | undefined;
  readonly runs: readonly Run[];
  readonly flags: number;
}

/** Reads a stretch of a stream. Beyond what was ever written, and where it is sparse, it is zero. */
export async function readStream(
  source: BlockSource,
  clusterSize: number,
  stream: NtfsStream,
  at: { readonly offset: number; readonly target: Uint8Array },
): Promise<void> {
  const { offset, target } = at;
  if (offset < 0 || offset + target.byteLength > stream.sizeBytes)
    throw new HostkeepError('format/out-of-bounds', { offset, length: target.byteLength, fileBytes: stream.sizeBytes });
  target.fill(0);
  if (stream.resident !== undefined) {
    target.set(stream.resident.subarray(offset, offset + target.byteLength));
    return;
  }
  const end = Math.min(offset + target.byteLength, stream.initializedBytes);
  let start = 0;
  for (const run of stream.runs) {
    const length = run.clusters * clusterSize;
    const [from, to] = [Math.max(start, offset), Math.min(start + length, end)];
    if (from < to && run.cluster !== null)
      await source.read(run.cluster * clusterSize + (from - start), target.subarray(from - offset, to - offset));
    start += length;
    if (start >= end) return;
  }
  if (start < end) throw corrupt('run list', { covered: start, size: stream.sizeBytes });
}

const compressedFlag = 0x0001;
const encryptedFlag = 0x4000;

/** Compressed and encrypted streams are refused rather than returned as something they are not. */
export function refuseTransformed(stream: NtfsStream, name: string): void {
  if (stream.resident !== undefined) return;
  if ((stream.flags & compressedFlag) !== 0)
    throw new HostkeepError('format/ntfs-unsupported', { file: name, feature: 'compression' });
  if ((stream.flags & encryptedFlag) !== 0)
    throw new HostkeepError('format/ntfs-unsupported', { file: name, feature: 'encryption' });
}

/** Joins the pieces of an attribute, which may lie in several records. */
export function streamOf(pieces: readonly Attribute[]): NtfsStream {
  const first = pieces.find((piece) => piece.resident !== undefined || piece.firstCluster === 0);
  if (first === undefined) throw corrupt('attribute');
  const { sizeBytes, initializedBytes, resident, flags } = first;
  const runs = pieces.toSorted((a, b) => a.firstCluster - b.firstCluster).flatMap((piece) => piece.runs);
  return { sizeBytes, initializedBytes: Math.min(initializedBytes, sizeBytes), resident, runs, flags };
}

const keptRecords = 2048;
const windowBytes = 64 * 1024;

/** Reads file records, a window of neighbours at a time. */
export interface MasterFileTable {
  count(): number;
  /** Where on the volume a record lies. */
  offsetOf(number: number): number | null;
  record(number: number): Promise<FileRecord>;
  /** All attributes of a file, those in other records included. */
  attributes(record: FileRecord): Promise<readonly Attribute[]>;
}

export async function openMft(source: BlockSource, geometry: NtfsGeometry): Promise<MasterFileTable> {
  const { recordSize, clusterSize } = geometry;
  const first = await readBytes(source, geometry.mftCluster * clusterSize, recordSize);
  fixUp(first, 'FILE');
  let stream = streamOf(parseRecord(first, 0).attributes.filter((attribute) => attribute.type === 0x80));
  const kept = new Map<number, FileRecord>();
  const raw = new Map<number, Promise<Buffer>>();

  const windowAt = (start: number): Promise<Buffer> => {
    const known = raw.get(start);
    if (known !== undefined) return known;
    if (raw.size >= 32) raw.delete(raw.keys().next().value!);
    const target = Buffer.alloc(Math.max(0, Math.min(windowBytes, stream.sizeBytes - start)));
    const loading = readStream(source, clusterSize, stream, { offset: start, target }).then(() => target);
    raw.set(start, loading);
    loading.catch(() => raw.delete(start));
    return loading;
  };
  const record = async (number: number): Promise<FileRecord> => {
    const known = kept.get(number);
    if (known !== undefined) return known;
    const offset = number * recordSize;
    if (offset + recordSize > stream.sizeBytes) throw corrupt('file record', { record: number });
    const start = Math.floor(offset / windowBytes) * windowBytes;
    const bytes = Buffer.from((await windowAt(start)).subarray(offset - start, offset - start + recordSize));
    if (bytes.length !== recordSize) throw corrupt('file record', { record: number });
    fixUp(bytes, 'FILE');
    const parsed = parseRecord(bytes, number);
    if (kept.size >= keptRecords) kept.delete(kept.keys().next().value!);
    kept.set(number, parsed);
    return parsed;
  };
  const attributes = async (file: FileRecord): Promise<readonly Attribute[]> => {
    const list = file.attributes.find((attribute) => attribute.type === 0x20);
    if (list === undefined) return file.attributes;
    const others = (await listedRecords(source, geometry, list)).filter((number) => number !== file.number);
    const found = [...file.attributes];
    for (const number of others) found.push(...(await record(number)).attributes);
    return found;
  };
  const table: MasterFileTable = {
    record,
    attributes,
    count: () => Math.floor(stream.sizeBytes / recordSize),
    offsetOf(number) {
      let start = 0;
      for (const run of stream.runs) {
        const length = run.clusters * clusterSize;
        const inRun = number * recordSize - start;
        if (inRun < length) return run.cluster === null ? null : run.cluster * clusterSize + inRun;
        start += length;
      }
      return null;
    },
  };
  const mft = await attributes(await record(0));
  stream = streamOf(mft.filter((attribute) => attribute.type === 0x80 && attribute.name === ''));
  raw.clear();
  return table;
}

const maximumListBytes = 4 * 1024 * 1024;

/** The records that an attribute list names. */
async function listedRecords(source: BlockSource, geometry: NtfsGeometry, list: Attribute): Promise<readonly number[]> {
  const stream = streamOf([list]);
  if (stream.sizeBytes > maximumListBytes) throw corrupt('attribute list', { bytes: stream.sizeBytes });
  const bytes = Buffer.alloc(stream.sizeBytes);
  await readStream(source, geometry.clusterSize, stream, { offset: 0, target: bytes });
  const cursor = cursorOver(bytes, 'format/ntfs-corrupt', 'attribute list');
  const numbers = new Set<number>();
  for (let at = 0; at + 26 <= bytes.length;) {
    const length = cursor.u16(at + 4);
    if (length < 26) throw corrupt('attribute list');
    numbers.add(Number(cursor.big64(at + 16) & 0xffffffffffffn));
    if (numbers.size > 4096) throw corrupt('attribute list');
    at += length;
  }
  return [...numbers];
}
