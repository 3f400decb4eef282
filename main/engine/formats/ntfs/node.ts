import { hasCode } from '#contract';
import type { FileNode } from '../file-system.ts';
import { corrupt } from './damage.ts';
import { parseFileName, type FolderEntry } from './folder.ts';
import type { NtfsFile } from './file.ts';
import { attributeTypes, ownRecords, standardInformation } from './layout.ts';
import { natureOf } from './nature.ts';
import { residentContent } from './record.ts';
import { millisecondsOf } from './times.ts';
import type { NtfsVolume } from './volume.ts';

export async function rootNode(volume: NtfsVolume): Promise<FileNode> {
  return nodeOf(volume, await volume.file(ownRecords.root), '');
}

export async function nodeOf(volume: NtfsVolume, file: NtfsFile, name: string): Promise<FileNode> {
  const { type, sizeBytes, unreadable } = await natureOf(volume, file);
  return { id: file.record.number, name, type, sizeBytes, modified: modifiedOf(file), unreadable };
}

/** $STANDARD_INFORMATION is always in the file's own record. */
export function standardOf(file: NtfsFile): Buffer {
  const standard = file.record.attributes.find((attribute) => attribute.type === attributeTypes.standardInformation);
  const content = standard === undefined ? Buffer.alloc(0) : residentContent(standard);
  if (content.length < standardInformation.shortBytes) throw corrupt('standard information', { record: file.record.number });
  return content;
}

function modifiedOf(file: NtfsFile): number {
  return millisecondsOf(standardOf(file).readBigUInt64LE(standardInformation.modified));
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
