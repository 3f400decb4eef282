/** GUID partition tables (UEFI specification, chapter 5): both headers, checked; the backup is used when the first is damaged. */
import { crc32 } from 'node:zlib';
import { HostkeepError, volumeNote } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { cursorOver } from '#engine/bytes';
import type { Partition, PartitionTable } from '../volumes/partition.ts';

const signature = 'EFI PART';
const maximumEntries = 1024;
const nullGuid = '00000000-0000-0000-0000-000000000000';

/** Undefined when there is no GPT. @throws HostkeepError format/gpt-corrupt when there is one and both copies are damaged */
export async function readGpt(source: BlockSource): Promise<PartitionTable | undefined> {
  const lastSector = Math.floor(source.sizeBytes / source.logicalSectorSize) - 1;
  const primary = await readCopy(source, 1);
  if (primary?.partitions !== undefined) {
    const backup = primary.otherCopy === 1 ? undefined : await readCopy(source, primary.otherCopy);
    const note = backup?.partitions === undefined ? volumeNote('gpt-backup-bad') : null;
    return { scheme: 'gpt', partitions: primary.partitions, note };
  }
  // A sound header whose table is damaged still says where the other copy is.
  for (const sector of new Set([lastSector, primary?.otherCopy ?? lastSector])) {
    const backup = sector > 1 ? await readCopy(source, sector) : undefined;
    if (backup?.partitions !== undefined)
      return { scheme: 'gpt', partitions: backup.partitions, note: volumeNote('gpt-backup-used') };
    if (backup !== undefined && primary === undefined) throw new HostkeepError('format/gpt-corrupt', { structure: 'backup' });
  }
  if (primary !== undefined) throw new HostkeepError('format/gpt-corrupt', { structure: 'header' });
  return undefined;
}

interface Copy {
  /** Undefined when a checksum does not hold. */
  readonly partitions: readonly Partition[] | undefined;
  /** Sector of the other header; this one's when its header is damaged. */
  readonly otherCopy: number;
}

/** Undefined when there is no header in that sector. */
async function readCopy(source: BlockSource, sector: number): Promise<Copy | undefined> {
  const { logicalSectorSize } = source;
  if (!Number.isSafeInteger((sector + 1) * logicalSectorSize) || (sector + 1) * logicalSectorSize > source.sizeBytes)
    return undefined;
  const header = await readBytes(source, sector * logicalSectorSize, logicalSectorSize);
  if (header.toString('latin1', 0, 8) !== signature) return undefined;
  if (!isSound(header)) return { partitions: undefined, otherCopy: sector };
  const other = header.readBigUInt64LE(32);
  const otherCopy = other > BigInt(Number.MAX_SAFE_INTEGER) ? sector : Number(other);
  return { partitions: await readTable(source, header), otherCopy };
}

/** Table 5.5: the header's own checksum. */
function isSound(header: Buffer): boolean {
  const headerSize = header.readUInt32LE(12);
  if (headerSize < 92 || headerSize > header.length) return false;
  const summed = Buffer.from(header.subarray(0, headerSize));
  summed.writeUInt32LE(0, 16);
  return crc32(summed) === header.readUInt32LE(16);
}

/** Table 5.6. Undefined when the entries are not those the header was made for. */
async function readTable(source: BlockSource, header: Buffer): Promise<readonly Partition[] | undefined> {
  const cursor = cursorOver(header, 'format/gpt-corrupt', 'header');
  const [count, entrySize] = [cursor.u32(80), cursor.u32(84)];
  if (count > maximumEntries || entrySize < 128 || entrySize > 4096 || entrySize % 8 !== 0) return undefined;
  const start = cursor.u64(72) * source.logicalSectorSize;
  if (!Number.isSafeInteger(start) || start + count * entrySize > source.sizeBytes) return undefined;
  const table = await readBytes(source, start, count * entrySize);
  if (crc32(table) !== cursor.u32(88)) return undefined;
  return Array.from({ length: count }, (_, index) =>
    parseEntry(source, table.subarray(index * entrySize, (index + 1) * entrySize), index + 1),
  ).flat();
}

function parseEntry(source: BlockSource, bytes: Buffer, index: number): readonly Partition[] {
  const cursor = cursorOver(bytes, 'format/gpt-corrupt', 'entry');
  const type = cursor.guid(0);
  if (type === nullGuid) return [];
  const offset = cursor.u64(32) * source.logicalSectorSize;
  const length = (cursor.u64(40) + 1) * source.logicalSectorSize - offset;
  if (length <= 0 || !Number.isSafeInteger(offset + length) || offset + length > source.sizeBytes)
    throw new HostkeepError('format/gpt-corrupt', { structure: 'entry', partition: index });
  return [{ index, offset, length, type, name: cursor.utf16(56, 72).split('\0', 1)[0] ?? '' }];
}
