/** MBR partition tables: four primary partitions, and logical ones in a chain of extended boot records. */
import { HostkeepError } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import type { Partition, PartitionTable } from '../volumes/partition.ts';

const extendedTypes = new Set([0x05, 0x0f, 0x85]);
const protectiveType = 0xee;
const maximumLogical = 128;

interface Row {
  readonly type: number;
  readonly start: number;
  readonly sectors: number;
}

/** Undefined when there is no partition table. @throws HostkeepError format/mbr-corrupt */
export async function readMbr(source: BlockSource): Promise<PartitionTable | undefined> {
  const rows = await readRows(source, 0);
  if (rows === undefined || rows.every((row) => row.type === 0) || !rows.every((row) => isSane(source, row))) return undefined;
  const primary = rows.flatMap((row, index) =>
    row.type === 0 || extendedTypes.has(row.type) ? [] : [partitionOf(source, row, { index: index + 1, base: 0 })],
  );
  const extended = rows.find((row) => extendedTypes.has(row.type));
  const logical = extended === undefined ? [] : await readLogical(source, extended.start);
  return { scheme: 'mbr', partitions: [...primary, ...logical], note: null };
}

/**
 * What the MBR says of a GPT: `expected` where it protects one, `overridden` where it has partitions of its own, so that a
 * GPT on the disk is a left-over of earlier times.
 */
export async function gptByMbr(source: BlockSource): Promise<'expected' | 'overridden' | 'possible'> {
  const rows = await readRows(source, 0);
  if (rows === undefined) return 'possible';
  if (rows.some((row) => row.type === protectiveType)) return 'expected';
  return rows.some((row) => row.type !== 0) && rows.every((row) => isSane(source, row)) ? 'overridden' : 'possible';
}

/** Each record holds one logical partition and the place of the next record, counted from the first. */
async function readLogical(source: BlockSource, extendedStart: number): Promise<readonly Partition[]> {
  const partitions: Partition[] = [];
  const visited = new Set<number>();
  for (let record = extendedStart; ;) {
    if (visited.has(record) || visited.size >= maximumLogical)
      throw new HostkeepError('format/mbr-corrupt', { structure: 'extended boot records', sector: record });
    visited.add(record);
    const rows = await readRows(source, record);
    if (rows === undefined) throw new HostkeepError('format/mbr-corrupt', { structure: 'extended boot record', sector: record });
    const [logical, next] = [rows[0]!, rows[1]!];
    if (logical.type !== 0 && !extendedTypes.has(logical.type))
      partitions.push(partitionOf(source, logical, { index: 5 + partitions.length, base: record }));
    if (next.type === 0 || next.start === 0) return partitions;
    record = extendedStart + next.start;
  }
}

async function readRows(source: BlockSource, sector: number): Promise<readonly Row[] | undefined> {
  const offset = sector * source.logicalSectorSize;
  if (offset + 512 > source.sizeBytes) return undefined;
  const bytes = await readBytes(source, offset, 512);
  if (bytes.readUInt16LE(510) !== 0xaa55) return undefined;
  return [446, 462, 478, 494].map((at) => ({
    type: bytes.readUInt8(at + 4),
    start: bytes.readUInt32LE(at + 8),
    sectors: bytes.readUInt32LE(at + 12),
  }));
}

/** A boot sector of a file system has the same signature; its code rarely looks like a partition table. */
function isSane(source: BlockSource, row: Row): boolean {
  return row.type === 0 || (row.start > 0 && row.sectors > 0 && row.start * source.logicalSectorSize < source.sizeBytes);
}

function partitionOf(source: BlockSource, row: Row, place: { readonly index: number; readonly base: number }): Partition {
  const offset = (place.base + row.start) * source.logicalSectorSize;
  const length = row.sectors * source.logicalSectorSize;
  if (offset + length > source.sizeBytes) throw new HostkeepError('format/mbr-corrupt', { partition: place.index });
  return { index: place.index, offset, length, type: `0x${row.type.toString(16).padStart(2, '0')}`, name: '' };
}
