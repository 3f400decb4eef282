/** GUID partition tables (UEFI specification, chapter 5): both headers, checked; the backup is used when the first is damaged. */
import { crc32 } from 'node:zlib';
import { HostkeepError } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { cursorOver } from '#engine/bytes';
import type { Partition } from '../volumes/partition.ts';

const signature = 'EFI PART';
const maximumEntries = 1024;
const nullGuid = '00000000-0000-0000-0000-000000000000';

/** Undefined when there is no GPT. @throws HostkeepError format/gpt-corrupt when there is one and both copies are damaged */
export async function readGpt(source: BlockSource): Promise<readonly Partition[] | undefined> {
  const sector = source.logicalSectorSize;
  const lastSector = Math.floor(source.sizeBytes / sector) - 1;
  let sawSignature = false;
  for (const lba of [1, lastSector]) {
    if ((lba + 1) * sector > source.sizeBytes || lba < 1) continue;
    const header = await readBytes(source, lba * sector, sector);
    if (header.toString('latin1', 0, 8) !== signature) continue;
    sawSignature = true;
    const partitions = await readTable(source, header);
    if (partitions !== undefined) return partitions;
  }
  if (sawSignature) throw new HostkeepError('format/gpt-corrupt', { structure: 'header' });
  return undefined;
}

/** Table 5.5 and 5.6. Undefined when a checksum does not hold. */
async function readTable(source: BlockSource, header: Buffer): Promise<readonly Partition[] | undefined> {
  const cursor = cursorOver(header, 'format/gpt-corrupt', 'header');
  const headerSize = cursor.u32(12);
  if (headerSize < 92 || headerSize > header.length) return undefined;
  const summed = Buffer.from(header.subarray(0, headerSize));
  summed.writeUInt32LE(0, 16);
  if (crc32(summed) !== cursor.u32(16)) return undefined;
  const [count, entrySize] = [cursor.u32(80), cursor.u32(84)];
  if (count > maximumEntries || entrySize < 128 || entrySize > 4096 || entrySize % 8 !== 0) return undefined;
  const start = cursor.u64(72) * source.logicalSectorSize;
  if (start + count * entrySize > source.sizeBytes) return undefined;
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
  if (length <= 0 || offset + length > source.sizeBytes)
    throw new HostkeepError('format/gpt-corrupt', { structure: 'entry', partition: index });
  return [{ index, offset, length, type, name: cursor.utf16(56, 72).split('\0', 1)[0] ?? '' }];
}
