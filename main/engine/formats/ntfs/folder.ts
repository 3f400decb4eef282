import type { OnDamage } from '../file-system.ts';
import { compareNames, type UpCase } from './collation.ts';
import { corrupt } from './damage.ts';
import type { NtfsFile } from './file.ts';
import type { IndexEntry } from './index-node.ts';
import { openIndex } from './index-tree.ts';
import { dosNamespace, fileAttributes, fileName, ownRecords, readReference } from './layout.ts';
import type { RunReader } from './runs.ts';

/** What a folder's index says of a file: its reference, and a copy of its name attribute. */
export interface FolderEntry {
  readonly record: number;
  readonly sequence: number;
  readonly name: FileNameAttribute;
}

/** [NTFS] "Attribute - $FILE_NAME". */
export interface FileNameAttribute {
  readonly parent: number;
  readonly text: string;
  readonly isDosName: boolean;
  readonly isFolder: boolean;
  readonly sizeBytes: number;
  readonly modified: bigint;
}

const indexName = '$I30';
const maximumEntries = 5_000_000;

export function parseFileName(bytes: Buffer): FileNameAttribute {
  const length = bytes.length < fileName.name ? 0 : bytes.readUInt8(fileName.nameLength);
  if (length === 0 || fileName.name + length * 2 > bytes.length) throw corrupt('file name', { bytes: bytes.length });
  return {
    parent: readReference(bytes, fileName.parent).record,
    text: bytes.toString('utf16le', fileName.name, fileName.name + length * 2),
    isDosName: bytes.readUInt8(fileName.namespace) === dosNamespace,
    isFolder: (bytes.readUInt32LE(fileName.attributes) & fileAttributes.folderInIndex) !== 0,
    sizeBytes: bytes.readUInt32LE(fileName.size) + bytes.readUInt32LE(fileName.size + 4) * 2 ** 32,
    modified: bytes.readBigUInt64LE(fileName.modified),
  };
}

/** What a folder holds, in the order of the index, each long name once and without the file system's own files. */
export async function folderEntries(from: RunReader, folder: NtfsFile, onDamage?: OnDamage): Promise<readonly FolderEntry[]> {
  const tree = await openIndex(from, folder, indexName);
  const entries: FolderEntry[] = [];
  await tree.each((indexed) => {
    const entry = parseIndexed(indexed);
    if (entry.name.isDosName || entry.record < ownRecords.firstUser) return;
    if (entries.push(entry) > maximumEntries) throw corrupt('index', { entries: entries.length });
  }, onDamage);
  return entries;
}

/** The entries of a name, whatever its case; more than one only where the folder tells case apart. */
export async function findInFolder(
  of: { readonly from: RunReader; readonly upCase: UpCase },
  folder: NtfsFile,
  name: string,
): Promise<readonly FolderEntry[]> {
  const tree = await openIndex(of.from, folder, indexName);
  const found = await tree.find((key) => compareNames(of.upCase, name, parseFileName(key).text));
  return found.map(parseIndexed).filter((entry) => entry.record >= ownRecords.firstUser);
}

function parseIndexed(entry: IndexEntry): FolderEntry {
  return { ...readReference(entry.bytes, 0), name: parseFileName(entry.key) };
}
