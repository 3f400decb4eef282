import { hasCode } from '#contract';
import type { FileNode } from '../file-system.ts';
import { corrupt } from './damage.ts';
import { parseFileName, type FolderEntry } from './folder.ts';
import type { NtfsFile } from './file.ts';
import { attributeTypes, ownRecords, standardInformation } from './layout.ts';
import { natureOf, plainNature } from './nature.ts';
import { residentContent, type FileRecord } from './record.ts';
import { millisecondsOf } from './times.ts';
import type { NtfsVolume } from './volume.ts';

export async function rootNode(volume: NtfsVolume): Promise<FileNode> {
  return nodeOf(volume, await volume.file(ownRecords.root), '');
}

export async function nodeOf(volume: NtfsVolume, file: NtfsFile, name: string): Promise<FileNode> {
  const { type, sizeBytes, unreadable } = await natureOf(volume, file);
  return { id: file.record.number, name, type, sizeBytes, modified: modifiedOf(file.record), unreadable };
}

/** The same without waiting, of a file that is all in its record. */
export function plainNode(record: FileRecord, name: string): FileNode | undefined {
  const nature = plainNature(record);
  if (nature === undefined) return undefined;
  const { type, sizeBytes, unreadable } = nature;
  return { id: record.number, name, type, sizeBytes, modified: modifiedOf(record), unreadable };
}

/** $STANDARD_INFORMATION is always in the file's own record. */
export function standardOf(record: FileRecord): Buffer {
  const standard = record.attributes.find((attribute) => attribute.type === attributeTypes.standardInformation);
  const content = standard === undefined ? Buffer.alloc(0) : residentContent(standard);
  if (content.length < standardInformation.shortBytes) throw corrupt('standard information', { record: record.number });
  return content;
}

function modifiedOf(record: FileRecord): number {
  return millisecondsOf(standardOf(record).readBigUInt64LE(standardInformation.modified));
}

/** A folder's entry whose record was read already, and is whole and simple; undefined for the others. */
export function entryNodeAtHand(volume: NtfsVolume, entry: FolderEntry): FileNode | undefined {
  const record = volume.mft.recordAtHand(entry.record);
  const isSimple = record?.inUse === true && record.base === null && record.sequence === entry.sequence;
  return isSimple && hasStandard(record) ? plainNode(record, entry.name.text) : undefined;
}

function hasStandard(record: FileRecord): boolean {
  const [first] = record.attributes;
  return first?.type === attributeTypes.standardInformation && first.bytes.length >= standardInformation.shortBytes + 24;
}

/** The file of a folder's entry. One whose record is damaged or another's is listed by what the index says of it, as unreadable. */
export async function entryNode(volume: NtfsVolume, entry: FolderEntry): Promise<FileNode> {
  const { text, isFolder, sizeBytes, modified } = entry.name;
  try {
    const file = await volume.file(entry.record);
    if (file.record.sequence !== entry.sequence) throw corrupt('folder entry', { record: entry.record, state: 'another file' });
    return await nodeOf(volume, file, entry.name.isDosName ? await longName(file, entry) : text);
  } catch (error) {
    if (!hasCode(error, 'format/ntfs-corrupt', 'format/out-of-bounds')) throw error;
    return {
      id: entry.record,
      name: text,
      type: isFolder ? 'folder' : 'file',
      sizeBytes: isFolder ? 0 : Math.min(sizeBytes, Number.MAX_SAFE_INTEGER),
      modified: millisecondsOf(modified),
      unreadable: 'format/ntfs-corrupt',
    };
  }
}

/** The name that goes with a DOS name. */
async function longName(file: NtfsFile, entry: FolderEntry): Promise<string> {
  const names = (await file.all(attributeTypes.fileName)).map((attribute) => parseFileName(residentContent(attribute)));
  return names.find((name) => !name.isDosName && name.parent === entry.name.parent)?.text ?? entry.name.text;
}
