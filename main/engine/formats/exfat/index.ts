/** exFAT, for reading. */
import { HostkeepError, volumeNote } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { bitmapFreeRanges } from '../bitmap.ts';
import { dosDetails, dosLacks, dosRoot, noTimes } from '../dos-files.ts';
import type { FileNode, FileRange, FileSystem, ListOptions } from '../file-system.ts';
import { keepNewest } from '../kept.ts';
import { readRanges } from '../read-ranges.ts';
import { walkTree } from '../walk-tree.ts';
import { chainLength, stretchReader, type StreamPlace, type Stretch, type StretchesOf } from './chain.ts';
import { attributes, entryOf, parseFolder, type ExfatEntry, type ParsedFolder, type RootItems } from './entries.ts';
import { corruptExfat, readGeometry, type ExfatGeometry } from './layout.ts';
import { modifiedOf, timesOf } from './times.ts';
import { parseUpCase } from './up-case.ts';

/** [EXFAT 6.3.4]: a folder has at most 256 MiB. */
const maximumFolderBytes = 256 * 1024 * 1024;
const longestSet = 19 * 32;

interface ExfatVolume {
  readonly source: BlockSource;
  readonly geometry: ExfatGeometry;
  readonly stretchesOf: StretchesOf;
  readonly root: StreamPlace;
}

/** @throws HostkeepError format/exfat-corrupt */
export async function openExfat(source: BlockSource): Promise<FileSystem> {
  const geometry = await readGeometry(source);
  const { clusterBytes, rootCluster } = geometry;
  const rootClusters = await chainLength(source, geometry, rootCluster, maximumFolderBytes / clusterBytes);
  const root = { firstCluster: rootCluster, sizeBytes: rootClusters * clusterBytes, contiguous: false };
  const volume: ExfatVolume = { source, geometry, stretchesOf: stretchReader(source, geometry), root };
  const { items } = (await readFolder(volume, root)).parsed;
  const upCase = await upCaseOf(volume, items);
  const entryAt = keepNewest(256, (id) => readEntry(volume, id));
  const rangesAt = keepNewest(16, async (id) => contentRanges(volume, await entryAt(id)));
  const list = (folder: FileNode, options?: ListOptions): Promise<readonly FileNode[]> =>
    listFolder(volume, { folder, entryAt }, options);
  const rootNode = async (): Promise<FileNode> => dosRoot;
  return {
    kind: 'exfat',
    label: items.label,
    root: rootNode,
    list,
    async child(folder, name) {
      const wanted = upCase(name);
      return (await list(folder)).find((node) => upCase(node.name) === wanted);
    },
    async details(file) {
      const entry = file.id === dosRoot.id ? undefined : await entryAt(file.id);
      const sizeBytes = entry?.place.sizeBytes ?? root.sizeBytes;
      return dosDetails({
        times: entry === undefined ? noTimes : timesOf(entry),
        windowsAttributes: entry?.attributes ?? attributes.folder,
        allocatedBytes: Math.ceil(sizeBytes / clusterBytes) * clusterBytes,
      });
    },
    async read(file, offset, target) {
      await readRanges(source, await rangesAt(file.id), { file, offset, target });
    },
    ranges: (file) => rangesAt(file.id),
    ...dosLacks,
    scan: (options = {}) =>
      walkTree({ root: rootNode, list }, { ...options, place: async ({ id }) => (id === dosRoot.id ? null : id) }),
    freeRanges: () => freeRanges(volume, items),
    async state() {
      const { dirty, mediaFailure, version, isSecondary } = geometry;
      const note = isSecondary
        ? volumeNote('boot-copy-used')
        : mediaFailure
          ? volumeNote('exfat-medium')
          : dirty
            ? volumeNote('exfat-in-use')
            : null;
      const freeSpace = note === null ? 'exact' : 'uncertain';
      return { clean: note === null, freeSpace, note, version: `exFAT ${version}`, clusterBytes };
    },
  };
}

async function readStream(volume: ExfatVolume, place: StreamPlace): Promise<{ bytes: Buffer; stretches: readonly Stretch[] }> {
  if (place.sizeBytes > maximumFolderBytes) throw corruptExfat('folder', { bytes: place.sizeBytes });
  const stretches = await volume.stretchesOf(place);
  const bytes = Buffer.alloc(place.sizeBytes);
  for (const { offset, length, volumeOffset } of stretches)
    await volume.source.read(volumeOffset, bytes.subarray(offset, offset + length));
  return { bytes, stretches };
}

interface ReadFolder {
  readonly parsed: ParsedFolder;
  /** Where on the volume an entry of the folder lies. */
  offsetOf(at: number): number;
}

async function readFolder(volume: ExfatVolume, place: StreamPlace): Promise<ReadFolder> {
  const { bytes, stretches } = await readStream(volume, place);
  const offsetOf = (at: number): number => {
    const stretch = stretches.findLast(({ offset }) => offset <= at)!;
    return stretch.volumeOffset + at - stretch.offset;
  };
  return { parsed: parseFolder(bytes), offsetOf };
}

async function listFolder(
  volume: ExfatVolume,
  of: { readonly folder: FileNode; readonly entryAt: (id: number) => Promise<ExfatEntry> },
  options: ListOptions = {},
): Promise<readonly FileNode[]> {
  const { folder } = of;
  if (folder.type !== 'folder') throw new HostkeepError('recovery/not-a-folder', { name: folder.name });
  const { parsed, offsetOf } = await readFolder(
    volume,
    folder.id === dosRoot.id ? volume.root : (await of.entryAt(folder.id)).place,
  );
  if (parsed.damaged > 0) {
    const damage = corruptExfat('directory entry set', { folder: folder.name, sets: parsed.damaged });
    if (options.onDamage === undefined) throw damage;
    options.onDamage(damage);
  }
  return parsed.entries.map((entry) => nodeOf(entry, offsetOf(entry.at)));
}

function nodeOf(entry: ExfatEntry, id: number): FileNode {
  const isFolder = (entry.attributes & attributes.folder) !== 0;
  return {
    id,
    name: entry.name,
    type: isFolder ? 'folder' : 'file',
    sizeBytes: isFolder ? 0 : entry.place.sizeBytes,
    modified: modifiedOf(entry),
    unreadable: null,
  };
}

/** A file is known by where its set of entries lies on the volume; a set that goes over a cluster's edge is found in its folder's next cluster. */
async function readEntry(volume: ExfatVolume, id: number): Promise<ExfatEntry> {
  const { geometry, source } = volume;
  const left = geometry.clusterBytes - ((id - geometry.heapOffset) % geometry.clusterBytes);
  const head = await readBytes(source, id, Math.min(longestSet, left));
  const bytes = (head[1]! + 1) * 32;
  const set = bytes <= left ? head.subarray(0, bytes) : Buffer.concat([head, await nextCluster(volume, id, bytes - left)]);
  const entry = head[0] === 0x85 ? entryOf(set, head[1]!, 0) : undefined;
  if (entry === undefined) throw corruptExfat('directory entry set', { offset: id });
  return entry;
}

/** The cluster after the one that holds an offset: by the table, or simply the next where a folder lies in one piece. */
async function nextCluster(volume: ExfatVolume, offset: number, length: number): Promise<Buffer> {
  const { geometry, source } = volume;
  const cluster = Math.floor((offset - geometry.heapOffset) / geometry.clusterBytes) + 2;
  const next = (await readBytes(source, geometry.fatOffset + cluster * 4, 4)).readUInt32LE(0);
  const isChained = next >= 2 && next < geometry.clusters + 2;
  const place = { firstCluster: isChained ? next : cluster + 1, sizeBytes: length, contiguous: true };
  return (await readStream(volume, place)).bytes;
}

/** What was never written is zero, and lies nowhere that counts. */
async function contentRanges(volume: ExfatVolume, entry: ExfatEntry): Promise<readonly FileRange[]> {
  if ((entry.attributes & attributes.folder) !== 0) throw new HostkeepError('recovery/not-a-file', { name: entry.name });
  if (entry.validBytes > entry.place.sizeBytes) throw corruptExfat('stream', { name: entry.name, valid: entry.validBytes });
  return (await volume.stretchesOf(entry.place)).flatMap((stretch): readonly FileRange[] => {
    const valid = Math.max(0, Math.min(stretch.length, entry.validBytes - stretch.offset));
    const rest = { offset: stretch.offset + valid, length: stretch.length - valid, volumeOffset: null };
    return [...(valid > 0 ? [{ ...stretch, length: valid }] : []), ...(rest.length > 0 ? [rest] : [])];
  });
}

async function upCaseOf(volume: ExfatVolume, items: RootItems): Promise<(name: string) => string> {
  if (items.upCase === undefined) throw corruptExfat('up-case table', { found: false });
  const { bytes } = await readStream(volume, items.upCase);
  return parseUpCase(bytes, items.upCase.checksum);
}

/** [EXFAT 7.1]: bit 0 is cluster 2. */
async function* freeRanges(volume: ExfatVolume, items: RootItems): ReturnType<FileSystem['freeRanges']> {
  const { geometry, source } = volume;
  const [bitmap] = items.bitmaps;
  if (bitmap === undefined || bitmap.sizeBytes * 8 < geometry.clusters) throw corruptExfat('allocation bitmap');
  const ranges = await volume.stretchesOf(bitmap);
  const file = { name: 'allocation bitmap', sizeBytes: bitmap.sizeBytes };
  yield* bitmapFreeRanges({
    units: geometry.clusters,
    unitBytes: geometry.clusterBytes,
    start: geometry.heapOffset,
    read: (offset, target) => readRanges(source, ranges, { file, offset, target }),
  });
}
