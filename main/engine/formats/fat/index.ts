/** FAT12, FAT16 and FAT32 with long names, for reading. */
import { HostkeepError, volumeNote } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { dosDetails, dosLacks, dosRoot, noTimes } from '../dos-files.ts';
import type { FileNode, FileRange, FileSystem } from '../file-system.ts';
import { keepNewest } from '../kept.ts';
import { readRanges } from '../read-ranges.ts';
import { walkTree } from '../walk-tree.ts';
import { attributes, parseEntries, type FatEntry, type ParsedFolder } from './entries.ts';
import { corruptFat, labelOf, offsetOfCluster, readGeometry, type FatGeometry } from './layout.ts';
import { allocationTable, type AllocationTable } from './table.ts';
import { modifiedOf, timesOf } from './times.ts';

const maximumFolderBytes = 2 * 1024 * 1024;

interface FatVolume {
  readonly source: BlockSource;
  readonly geometry: FatGeometry;
  readonly table: AllocationTable;
}

/** @throws HostkeepError format/fat-corrupt */
export async function openFat(source: BlockSource): Promise<FileSystem> {
  const geometry = await readGeometry(source);
  const volume: FatVolume = { source, geometry, table: allocationTable(source, geometry) };
  const entryOf = (node: FileNode): Promise<FatEntry> => readEntry(volume, node);
  const rootFolder = await readFolder(volume, undefined);
  const root = async (): Promise<FileNode> => dosRoot;
  const list = async (folder: FileNode): Promise<readonly FileNode[]> => {
    if (folder.type !== 'folder') throw new HostkeepError('recovery/not-a-folder', { name: folder.name });
    const { parsed, offsetOf } = await readFolder(volume, folder.id === dosRoot.id ? undefined : await entryOf(folder));
    return parsed.entries.map((entry) => nodeOf(entry, offsetOf(entry.at)));
  };
  // A file is read piece by piece: its chain is followed once.
  const rangesAt = keepNewest(16, async (id) => contentRanges(volume, await readEntry(volume, { id, name: '' })));
  const ranges = (file: FileNode): Promise<readonly FileRange[]> => rangesAt(file.id);
  return {
    kind: `fat${geometry.width}`,
    label: labelOf(rootFolder.parsed.label ?? '') || geometry.label,
    root,
    list,
    async child(folder, name) {
      const wanted = name.toUpperCase();
      const nodes = await list(folder);
      return nodes.find((node) => node.name === name) ?? nodes.find((node) => node.name.toUpperCase() === wanted);
    },
    async details(file) {
      const entry = file.id === dosRoot.id ? undefined : await entryOf(file);
      const clusters = entry === undefined ? 0 : await clusterCount(volume, entry);
      return dosDetails({
        times: entry === undefined ? noTimes : timesOf(entry),
        windowsAttributes: entry?.attributes ?? attributes.folder,
        allocatedBytes: clusters * geometry.clusterBytes,
      });
    },
    async read(file, offset, target) {
      await readRanges(source, await ranges(file), { file, offset, target });
    },
    ranges,
    ...dosLacks,
    scan: (options = {}) => walkTree({ root, list }, { ...options, place: async ({ id }) => (id === dosRoot.id ? null : id) }),
    freeRanges: () => volume.table.freeRanges(),
    async state() {
      const { clean, errors } = await volume.table.state();
      const { isSecondary } = geometry;
      const note = isSecondary
        ? volumeNote('boot-copy-used')
        : errors
          ? volumeNote('fat-errors')
          : clean
            ? null
            : volumeNote('fat-in-use');
      const isClean = clean && !errors && !isSecondary;
      const version = `FAT${geometry.width}`;
      return { clean: isClean, freeSpace: isClean ? 'exact' : 'uncertain', note, version, clusterBytes: geometry.clusterBytes };
    },
  };
}

function nodeOf(entry: FatEntry, id: number): FileNode {
  const isFolder = (entry.attributes & attributes.folder) !== 0;
  return {
    id,
    name: entry.name,
    type: isFolder ? 'folder' : 'file',
    sizeBytes: isFolder ? 0 : entry.sizeBytes,
    modified: modifiedOf(entry),
    unreadable: null,
  };
}

/** A file is known by where its short entry lies on the volume. */
async function readEntry(volume: FatVolume, node: Pick<FileNode, 'id' | 'name'>): Promise<FatEntry> {
  if (node.id === dosRoot.id) throw new HostkeepError('recovery/not-a-file', { name: node.name });
  const raw = await readBytes(volume.source, node.id, 32);
  const [entry] = parseEntries(raw, volume.geometry.width === 32).entries;
  if (entry === undefined) throw corruptFat('directory entry', { name: node.name });
  return entry;
}

interface ReadFolder {
  readonly parsed: ParsedFolder;
  /** Where on the volume an entry of the folder lies. */
  offsetOf(at: number): number;
}

/** Undefined is the root. */
async function readFolder(volume: FatVolume, entry: FatEntry | undefined): Promise<ReadFolder> {
  const { source, geometry } = volume;
  const is32 = geometry.width === 32;
  if (entry === undefined && !is32) {
    const parsed = parseEntries(await readBytes(source, geometry.rootOffset, geometry.rootBytes), is32);
    return { parsed, offsetOf: (at) => geometry.rootOffset + at };
  }
  const first = entry?.firstCluster ?? geometry.rootCluster;
  const limit = Math.ceil(maximumFolderBytes / geometry.clusterBytes) + 1;
  const runs = await volume.table.chain(first, limit);
  const places = runs.flatMap((run) =>
    Array.from({ length: run.count }, (_, index) => offsetOfCluster(geometry, run.first + index)),
  );
  if (places.length >= limit && places.length > 1) throw corruptFat('folder', { clusters: places.length });
  const bytes = Buffer.alloc(places.length * geometry.clusterBytes);
  for (const [index, place] of places.entries())
    await source.read(place, bytes.subarray(index * geometry.clusterBytes, (index + 1) * geometry.clusterBytes));
  return {
    parsed: parseEntries(bytes, is32),
    offsetOf: (at) => places[Math.floor(at / geometry.clusterBytes)]! + (at % geometry.clusterBytes),
  };
}

async function clusterCount(volume: FatVolume, entry: FatEntry): Promise<number> {
  if (entry.firstCluster === 0) return 0;
  const runs = await volume.table.chain(entry.firstCluster, volume.geometry.clusters + 1);
  return runs.reduce((sum, run) => sum + run.count, 0);
}

async function contentRanges(volume: FatVolume, entry: FatEntry): Promise<readonly FileRange[]> {
  if ((entry.attributes & attributes.folder) !== 0) throw new HostkeepError('recovery/not-a-file', { name: entry.name });
  if (entry.sizeBytes === 0) return [];
  const { clusterBytes } = volume.geometry;
  const runs = await volume.table.chain(entry.firstCluster, Math.ceil(entry.sizeBytes / clusterBytes));
  let offset = 0;
  const ranges = runs.map((run) => {
    const length = Math.min(run.count * clusterBytes, entry.sizeBytes - offset);
    const range = { offset, length, volumeOffset: offsetOfCluster(volume.geometry, run.first) };
    offset += length;
    return range;
  });
  if (offset < entry.sizeBytes) throw corruptFat('cluster chain', { name: entry.name, covered: offset, size: entry.sizeBytes });
  return ranges;
}
