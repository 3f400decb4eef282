import { asHostkeepError, hasCode, type ErrorCode } from '#contract';
import type { FileDetails, FileNode } from '../file-system.ts';
import { mainStream } from './content.ts';
import { extendedAttributes } from './extended-attributes.ts';
import type { NtfsFile } from './file.ts';
import { parseFileName } from './folder.ts';
import { attributeTypes, standardInformation as layout } from './layout.ts';
import { natureOf } from './nature.ts';
import { standardOf } from './node.ts';
import { attributeSizes, residentContent } from './record.ts';
import type { SecurityReader } from './security.ts';
import type { ByteStream } from './stream.ts';
import { nanosecondsOf } from './times.ts';
import type { NtfsVolume } from './volume.ts';
import { wofStreamName } from './wof.ts';

const folderAttribute = 0x10;

/** @throws HostkeepError format/ntfs-corrupt when the file's own record cannot be read */
export async function detailsOf(volume: NtfsVolume, security: SecurityReader, node: FileNode): Promise<FileDetails> {
  const file = await volume.file(node.id);
  const standard = standardOf(file.record);
  const { type, reparse, unreadable } = await natureOf(volume, file);
  const time = (at: number): bigint => nanosecondsOf(standard.readBigUInt64LE(at));
  const content =
    type === 'file' && unreadable === null ? await openedOr(() => mainStream(volume, node.id)) : { code: unreadable };
  const names = (await file.all(attributeTypes.fileName)).map((attribute) => parseFileName(residentContent(attribute)));
  return {
    times: {
      created: time(layout.created),
      modified: time(layout.modified),
      accessed: time(layout.accessed),
      changed: time(layout.changed),
    },
    // The record, not the attribute, says that it is a folder.
    windowsAttributes: standard.readUInt32LE(layout.attributes) | (file.record.isFolder ? folderAttribute : 0),
    unix: null,
    links: names.filter((name) => !name.isDosName).length,
    allocatedBytes: 'stream' in content ? content.stream.allocatedBytes : 0,
    streams: await streamsOf(file, reparse?.kind === 'wof'),
    security: await security.descriptorOf(file),
    xattrs: await extendedAttributes(volume, file),
    reparse: reparse === null ? null : { tag: reparse.tag, kind: reparse.kind, target: reparse.target },
    storage: 'stream' in content ? content.stream.storage : storageOf(unreadable),
    unreadable: 'stream' in content ? null : content.code,
  };
}

async function openedOr(
  open: () => Promise<ByteStream>,
): Promise<{ readonly stream: ByteStream } | { readonly code: ErrorCode }> {
  try {
    return { stream: await open() };
  } catch (error) {
    if (!hasCode(error, 'format/ntfs-corrupt', 'format/out-of-bounds', 'format/ntfs-unsupported')) throw error;
    return { code: asHostkeepError(error).code };
  }
}

function storageOf(unreadable: ErrorCode | null): FileDetails['storage'] {
  if (unreadable === 'format/file-encrypted') return 'encrypted';
  return unreadable === 'format/file-deduplicated' ? 'dedup' : 'plain';
}

/** Alternate streams; the one that holds a WOF-compressed file's own bytes is not one of them. */
async function streamsOf(file: NtfsFile, isWof: boolean): Promise<FileDetails['streams']> {
  const streams: { name: string; sizeBytes: number }[] = [];
  for (const name of file.names(attributeTypes.data)) {
    if (name === '' || (isWof && name === wofStreamName)) continue;
    const first = await file.first(attributeTypes.data, name);
    if (first !== undefined) streams.push({ name, sizeBytes: attributeSizes(first).size });
  }
  return streams;
}
