/** What is on a disk: its partitions, and the file system of each, read or at least named. */
import { HostkeepError } from '#contract';
import { readBytes, sliced, type BlockSource } from '#engine/blocks';
import { openExt4 } from '../ext4/index.ts';
import type { FileSystem } from '../file-system.ts';
import { readGpt } from '../gpt/index.ts';
import { readMbr } from '../mbr/index.ts';
import { openNtfs } from '../ntfs/index.ts';
import type { Partition } from './partition.ts';

export type { Partition } from './partition.ts';

/** @throws HostkeepError format/gpt-corrupt, format/mbr-corrupt */
export async function listPartitions(source: BlockSource): Promise<readonly Partition[]> {
  const whole: Partition = { index: 0, offset: 0, length: source.sizeBytes, type: '', name: '' };
  const gpt = await readGpt(source);
  if (gpt !== undefined) return gpt;
  if ((await nameFileSystem(source)) !== 'unknown') return [whole];
  return (await readMbr(source)) ?? [whole];
}

export function openPartition(source: BlockSource, partition: Partition): BlockSource {
  return sliced(source, partition.offset, partition.length);
}

/** @throws HostkeepError format/file-system-unknown */
export async function openFileSystem(volume: BlockSource): Promise<FileSystem> {
  const kind = await nameFileSystem(volume);
  if (kind === 'NTFS') return openNtfs(volume);
  if (kind === 'ext4') return openExt4(volume);
  throw new HostkeepError('format/file-system-unknown', { fileSystem: kind });
}

const signatures = [
  { name: 'NTFS', offset: 3, bytes: 'NTFS    ' },
  { name: 'BitLocker', offset: 3, bytes: '-FVE-FS-' },
  { name: 'exFAT', offset: 3, bytes: 'EXFAT   ' },
  { name: 'ReFS', offset: 3, bytes: 'ReFS' },
  { name: 'FAT', offset: 82, bytes: 'FAT32' },
  { name: 'FAT', offset: 54, bytes: 'FAT1' },
  { name: 'LUKS', offset: 0, bytes: 'LUKS\u00ba\u00be' },
  { name: 'XFS', offset: 0, bytes: 'XFSB' },
  { name: 'LVM', offset: 512, bytes: 'LABELONE' },
  { name: 'ext4', offset: 1080, bytes: '\u0053\u00ef' },
  { name: 'swap', offset: 4086, bytes: 'SWAPSPACE2' },
  { name: 'Btrfs', offset: 65600, bytes: '_BHRfS_M' },
] as const;

/** The file system's name by its signature; `unknown` when there is none that is known. */
export async function nameFileSystem(volume: BlockSource): Promise<string> {
  const head = await readBytes(volume, 0, Math.min(volume.sizeBytes, 72 * 1024));
  const found = signatures.find(({ offset, bytes }) => head.toString('latin1', offset, offset + bytes.length) === bytes);
  return found?.name ?? 'unknown';
}
