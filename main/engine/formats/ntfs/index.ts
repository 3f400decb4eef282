/** NTFS, for listing and reading ordinary files. Compressed and encrypted files are named as such and not read. */
import { HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import { cursorOver } from '#engine/bytes';
import type { FileKind, FileNode, FileRange, FileSystem } from '../file-system.ts';
import { folderEntries } from './folder.ts';
import { ntfsRest } from './rest.ts';
import { corrupt, type Attribute, type FileRecord } from './record.ts';
import { openMft, readGeometry, readStream, refuseTransformed, streamOf, type NtfsStream } from './volume.ts';

const rootRecord = 5;
/** Records below this one are the file system's own. */
const firstUserRecord = 16;
const maximumEntries = 2_000_000;
const types = { standardInformation: 0x10, data: 0x80, reparsePoint: 0xc0, volumeName: 0x60 } as const;
const reparseTags = { symlink: 0xa000000c, junction: 0xa0000003 } as const;

/** @throws HostkeepError format/ntfs-corrupt */
export async function openNtfs(source: BlockSource): Promise<FileSystem> {
  const geometry = await readGeometry(source);
  const mft = await openMft(source, geometry);
  const upper = (name: string): string => name.toUpperCase();

  const nodeOf = async (name: string, number: number): Promise<FileNode> => {
    const record = await mft.record(number);
    if (!record.inUse) throw corrupt('file record', { record: number, state: 'deleted' });
    const attributes = await mft.attributes(record);
    const type = kindOf(record, attributes);
    const sizeBytes = type === 'file' ? sizeOf(attributes) : 0;
    return { id: number, name, type, sizeBytes, modified: modifiedOf(attributes), unreadable: null };
  };
  const entries = async function* (folder: FileNode) {
    const record = await mft.record(folder.id);
    if (!record.isFolder) throw new HostkeepError('recovery/not-a-folder', { name: folder.name });
    let count = 0;
    const seen = new Set<string>();
    for await (const entry of folderEntries(source, geometry.clusterSize, await mft.attributes(record))) {
      if ((count += 1) > maximumEntries) throw corrupt('index', { entries: count });
      const key = `${entry.record}/${entry.name}`;
      if (entry.isDosName || entry.record < firstUserRecord || seen.has(key)) continue;
      seen.add(key);
      yield entry;
    }
  };
  const dataOf = async (file: FileNode): Promise<NtfsStream> => {
    const attributes = await mft.attributes(await mft.record(file.id));
    return streamOf(attributes.filter((attribute) => attribute.type === types.data && attribute.name === ''));
  };

  const rest = ntfsRest({ source, geometry, mft, nodeOf });
  return {
    kind: 'ntfs',
    label: await labelOf(mft),
    root: () => nodeOf('', rootRecord),
    async child(folder, name) {
      for await (const entry of entries(folder)) if (upper(entry.name) === upper(name)) return nodeOf(entry.name, entry.record);
      return undefined;
    },
    async list(folder) {
      const nodes: FileNode[] = [];
      for await (const entry of entries(folder)) nodes.push(await nodeOf(entry.name, entry.record));
      return nodes;
    },
    async read(file, offset, target) {
      const stream = await dataOf(file);
      refuseTransformed(stream, file.name);
      await readStream(source, geometry.clusterSize, stream, { offset, target });
    },
    ranges: async (file) => rangesOf(await dataOf(file), geometry.clusterSize),
    linkTarget: async (link) => targetOf(await mft.attributes(await mft.record(link.id)), link.name),
    ...rest,
  };
}

function kindOf(record: FileRecord, attributes: readonly Attribute[]): FileKind {
  const reparse = attributes.find((attribute) => attribute.type === types.reparsePoint)?.resident;
  const tag = reparse !== undefined && reparse.length >= 4 ? reparse.readUInt32LE(0) : 0;
  if (tag === reparseTags.symlink || tag === reparseTags.junction) return 'symlink';
  if (tag !== 0 && !record.isFolder) return 'other';
  return record.isFolder ? 'folder' : 'file';
}

function sizeOf(attributes: readonly Attribute[]): number {
  const data = attributes.filter((attribute) => attribute.type === types.data && attribute.name === '');
  return data.length === 0 ? 0 : streamOf(data).sizeBytes;
}

/** FILETIME counts 100 ns since 1601. */
function modifiedOf(attributes: readonly Attribute[]): number | null {
  const standard = attributes.find((attribute) => attribute.type === types.standardInformation)?.resident;
  if (standard === undefined || standard.length < 16) return null;
  return Math.round(Number(standard.readBigUInt64LE(8)) / 10_000 - 11_644_473_600_000);
}

function rangesOf(stream: NtfsStream, clusterSize: number): readonly FileRange[] {
  if (stream.resident !== undefined) return [{ offset: 0, length: stream.sizeBytes, volumeOffset: null }];
  let offset = 0;
  return stream.runs.flatMap((run) => {
    const length = Math.min(run.clusters * clusterSize, stream.sizeBytes - offset);
    const range = { offset, length, volumeOffset: run.cluster === null ? null : run.cluster * clusterSize };
    offset += run.clusters * clusterSize;
    return length > 0 ? [range] : [];
  });
}

async function labelOf(mft: { record(number: number): Promise<FileRecord> }): Promise<string> {
  const volume = await mft.record(3);
  return volume.attributes.find((attribute) => attribute.type === types.volumeName)?.resident?.toString('utf16le') ?? '';
}

/** Reparse data of symbolic links and junctions: substitute and print names after a small header. */
function targetOf(attributes: readonly Attribute[], name: string): string {
  const data = attributes.find((attribute) => attribute.type === types.reparsePoint)?.resident;
  if (data === undefined) throw corrupt('reparse point', { file: name });
  const cursor = cursorOver(data, 'format/ntfs-corrupt', 'reparse point');
  const names = cursor.u32(0) === reparseTags.symlink ? 20 : 16;
  const print = cursor.utf16(names + cursor.u16(12), cursor.u16(14));
  return print === '' ? cursor.utf16(names + cursor.u16(8), cursor.u16(10)) : print;
}
