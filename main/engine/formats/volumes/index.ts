/** What is on a disk: its partitions, and the file system of each, read or at least named. */
import { HostkeepError } from '#contract';
import { sliced, type BlockSource } from '#engine/blocks';
import { openBtrfs } from '../btrfs/index.ts';
import { openExfat } from '../exfat/index.ts';
import { openExt4 } from '../ext4/index.ts';
import { openFat } from '../fat/index.ts';
import type { FileSystem } from '../file-system.ts';
import { readGpt } from '../gpt/index.ts';
import { gptByMbr, readMbr } from '../mbr/index.ts';
import { openNtfs } from '../ntfs/index.ts';
import { openXfs } from '../xfs/index.ts';
import type { Partition, PartitionTable } from './partition.ts';
import { nameVolume, type VolumeKind } from './signatures.ts';

export { nameVolume, type VolumeKind } from './signatures.ts';
export type { Partition, PartitionTable } from './partition.ts';

/** @throws HostkeepError format/gpt-corrupt, format/mbr-corrupt */
export async function readPartitionTable(source: BlockSource): Promise<PartitionTable> {
  const byMbr = await gptByMbr(source);
  const gpt = byMbr === 'overridden' ? undefined : await readGpt(source);
  if (gpt !== undefined) return gpt;
  const whole: Partition = { index: 0, offset: 0, length: source.sizeBytes, type: '', name: '' };
  const none: PartitionTable = { scheme: 'none', partitions: [whole], note: null };
  // These file systems fill sector 0 with a boot sector, which bears the same mark as a partition table.
  if (kindsWithBootSector.has(await nameVolume(source))) return none;
  if (byMbr === 'expected') throw new HostkeepError('format/gpt-corrupt', { structure: 'both headers' });
  return (await readMbr(source)) ?? none;
}

const kindsWithBootSector: ReadonlySet<VolumeKind> = new Set(['NTFS', 'FAT', 'exFAT', 'BitLocker', 'ReFS']);

/** @throws HostkeepError format/gpt-corrupt, format/mbr-corrupt */
export async function listPartitions(source: BlockSource): Promise<readonly Partition[]> {
  return (await readPartitionTable(source)).partitions;
}

export function openPartition(source: BlockSource, partition: Partition): BlockSource {
  return sliced(source, partition.offset, partition.length);
}

const readers: ReadonlyMap<VolumeKind, (volume: BlockSource) => Promise<FileSystem>> = new Map([
  ['NTFS', openNtfs],
  ['ext4', openExt4],
  ['FAT', openFat],
  ['exFAT', openExfat],
  ['XFS', openXfs],
  ['Btrfs', openBtrfs],
] as const);
const encrypted: ReadonlySet<VolumeKind> = new Set(['BitLocker', 'LUKS1', 'LUKS2']);

/** @throws HostkeepError format/file-system-unknown, format/file-system-unsupported, format/volume-encrypted */
export async function openFileSystem(volume: BlockSource, partitionType = ''): Promise<FileSystem> {
  const kind = await nameVolume(volume, partitionType);
  const open = readers.get(kind);
  if (open !== undefined) return open(volume);
  if (encrypted.has(kind)) throw new HostkeepError('format/volume-encrypted', { kind });
  if (kind === 'unknown') throw new HostkeepError('format/file-system-unknown');
  throw new HostkeepError('format/file-system-unsupported', { kind });
}
