/**
 * NTFS, for reading: ordinary, sparse and LZNT1-compressed files, alternate streams, links, WOF-compressed files, security
 * descriptors. Damage costs the piece that it hit: a file either gives its bytes or is told as unreadable, with a code. Files that are
 * encrypted (EFS), deduplicated, or kept elsewhere are listed as such. Nothing is written, and the journal is not replayed.
 */
import { hasCode, HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import { bitmapFreeRanges } from '../bitmap.ts';
import type { FileNode, FileSystem, ListOptions } from '../file-system.ts';
import { contentReader } from './content.ts';
import { corrupt } from './damage.ts';
import { detailsOf } from './details.ts';
import type { NtfsFile } from './file.ts';
import { findInFolder, folderEntries, type FolderEntry } from './folder.ts';
import { attributeTypes, ownRecords } from './layout.ts';
import { reparseOf } from './nature.ts';
import { entryNode, entryNodeAtHand, rootNode } from './node.ts';
import { scanVolume } from './scan.ts';
import { securityReader } from './security.ts';
import { readLabel, readState } from './state.ts';
import { openStream, rangesOf, readStream } from './stream.ts';
import { openVolume, type NtfsVolume } from './volume.ts';

export { sddlOf } from './sddl.ts';

/** @throws HostkeepError format/ntfs-corrupt */
export async function openNtfs(source: BlockSource): Promise<FileSystem> {
  const volume = await openVolume(source);
  const content = contentReader(volume);
  const security = securityReader(volume);
  return {
    kind: 'ntfs',
    label: await labelOf(volume),
    root: () => rootNode(volume),
    child: (folder, name) => childOf(volume, folder, name),
    list: (folder, options) => listOf(volume, folder, options),
    details: (file) => detailsOf(volume, security, file),
    read: async (file, offset, target) => readStream(await content.main(file), offset, target),
    readStream: async (file, name, offset, target) => readStream(await content.named(file, name), offset, target),
    ranges: async (file) => rangesOf(await content.main(file), volume.geometry.clusterSize),
    linkTarget: (link) => targetOf(volume, link),
    scan: (options = {}) => scanVolume(volume, options),
    freeRanges: () => freeRanges(volume),
    state: () => readState(volume),
  };
}

/** A volume whose label cannot be read is still a volume. */
async function labelOf(volume: NtfsVolume): Promise<string> {
  try {
    return await readLabel(volume);
  } catch (error) {
    if (hasCode(error, 'format/ntfs-corrupt')) return '';
    throw error;
  }
}

async function folderOf(volume: NtfsVolume, folder: FileNode): Promise<NtfsFile> {
  if (folder.unreadable !== null) throw new HostkeepError(folder.unreadable, { folder: folder.name });
  const file = await volume.file(folder.id);
  if (!file.record.isFolder) throw new HostkeepError('recovery/not-a-folder', { name: folder.name });
  return file;
}

async function childOf(volume: NtfsVolume, folder: FileNode, name: string): Promise<FileNode | undefined> {
  const file = await folderOf(volume, folder);
  const found = await findInFolder({ from: volume, upCase: await volume.upCase() }, file, name);
  const entry = found.find((candidate) => candidate.name.text === name) ?? found[0];
  return entry === undefined ? undefined : entryNode(volume, entry);
}

/** Records are read in the order in which they lie, whatever the order of the names. */
async function listOf(volume: NtfsVolume, folder: FileNode, options: ListOptions = {}): Promise<readonly FileNode[]> {
  const file = await folderOf(volume, folder);
  const entries = await folderEntries(volume, file, options.onDamage);
  const nodes = new Map<FolderEntry, FileNode>();
  for (const entry of entries.toSorted((a, b) => a.record - b.record))
    nodes.set(entry, entryNodeAtHand(volume, entry) ?? (await entryNode(volume, entry)));
  return entries.map((entry) => nodes.get(entry)!);
}

async function targetOf(volume: NtfsVolume, link: FileNode): Promise<string> {
  const target = (await reparseOf(volume, await volume.file(link.id)))?.target;
  if (target === undefined || target === null) throw corrupt('reparse point', { file: link.name });
  return target;
}

/** [NTFS] "File - $Bitmap". */
async function* freeRanges(volume: NtfsVolume): ReturnType<FileSystem['freeRanges']> {
  const { clusterSize, clusters } = volume.geometry;
  const bitmap = openStream(volume, await (await volume.file(ownRecords.bitmap)).pieces(attributeTypes.data, ''));
  const units = Math.min(clusters, bitmap.sizeBytes * 8);
  yield* bitmapFreeRanges({
    units,
    unitBytes: clusterSize,
    read: (offset, target) => readStream(bitmap, offset, target),
  });
}
