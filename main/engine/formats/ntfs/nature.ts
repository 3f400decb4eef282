import { asHostkeepError, hasCode, type ErrorCode } from '#contract';
import type { FileKind } from '../file-system.ts';
import { dedupObstacle } from './dedup/index.ts';
import type { NtfsFile } from './file.ts';
import { attributeFlags, attributeTypes, fileAttributes, nameSurrogate, reparseTags, standardInformation } from './layout.ts';
import { attributeSizes, residentContent, type Attribute, type FileRecord } from './record.ts';
import { maximumReparseBytes, parseReparse, type ReparsePoint } from './reparse.ts';
import { openStream, readWhole } from './stream.ts';
import { wofCompression } from './wof.ts';
import type { NtfsVolume } from './volume.ts';

/** What a file is, and whether its bytes can be had. */
export interface Nature {
  readonly type: FileKind;
  readonly sizeBytes: number;
  readonly reparse: ReparsePoint | null;
  readonly unreadable: ErrorCode | null;
}

/** Of a file that is all in one record and no reparse point, which most are; undefined for others. */
export function plainNature(record: FileRecord): Nature | undefined {
  let data: Attribute | undefined;
  for (const attribute of record.attributes) {
    const { type, name } = attribute;
    if (type === attributeTypes.attributeList || type === attributeTypes.reparsePoint) return undefined;
    if (type === attributeTypes.data && name === '') data ??= attribute;
  }
  if (record.isFolder) return { type: 'folder', sizeBytes: 0, reparse: null, unreadable: null };
  if (data === undefined || data.lowestVcn !== 0) return undefined;
  const isEncrypted = (data.flags & attributeFlags.encrypted) !== 0;
  const { size } = attributeSizes(data);
  return { type: 'file', sizeBytes: size, reparse: null, unreadable: isEncrypted ? 'format/file-encrypted' : null };
}

/** @throws HostkeepError format/ntfs-corrupt when the record does not say */
export async function natureOf(volume: NtfsVolume, file: NtfsFile): Promise<Nature> {
  const plain = plainNature(file.record);
  if (plain !== undefined) return plain;
  const reparse = await reparseOf(volume, file);
  const type = typeOf(file.record.isFolder, reparse);
  const data = type === 'file' ? await file.first(attributeTypes.data, '') : undefined;
  const isEncrypted = data !== undefined && (data.flags & attributeFlags.encrypted) !== 0;
  return {
    type,
    sizeBytes: data === undefined ? 0 : attributeSizes(data).size,
    reparse,
    unreadable: isEncrypted
      ? 'format/file-encrypted'
      : await obstacle(volume, file, { type, reparse, hasData: data !== undefined }),
  };
}

export async function reparseOf(volume: NtfsVolume, file: NtfsFile): Promise<ReparsePoint | null> {
  const pieces = await file.pieces(attributeTypes.reparsePoint, '');
  if (pieces.length === 0) return null;
  const content = pieces[0]!.isResident
    ? residentContent(pieces[0]!)
    : await readWhole(openStream(volume, pieces), 'reparse point', maximumReparseBytes);
  return parseReparse(content);
}

const contentTags: readonly number[] = [
  reparseTags.wof,
  reparseTags.dedup,
  reparseTags.hsm,
  reparseTags.hsm2,
  reparseTags.singleInstance,
];

/** Folders keep their place in the tree whatever a filter driver attached to them; only links lead elsewhere. */
function typeOf(isFolder: boolean, reparse: ReparsePoint | null): FileKind {
  if (reparse !== null && linkKinds.includes(reparse.kind)) return 'symlink';
  if (isFolder) return 'folder';
  if (reparse === null || contentTags.includes(reparse.tag) || isCloud(reparse.tag)) return 'file';
  return (reparse.tag & nameSurrogate) !== 0 ? 'other' : 'file';
}

const linkKinds: readonly string[] = ['symlink', 'junction', 'mount-point'];

/** Why the unnamed stream of a reparse point is not what the guest's user saw as the file; null when it is. */
async function obstacle(
  volume: NtfsVolume,
  file: NtfsFile,
  of: { readonly type: FileKind; readonly reparse: ReparsePoint | null; readonly hasData: boolean },
): Promise<ErrorCode | null> {
  const { type, reparse, hasData } = of;
  // Even an empty file has a data attribute.
  if (type === 'file' && !hasData) return 'format/ntfs-corrupt';
  if (reparse === null || type === 'folder') return null;
  if (linkKinds.includes(reparse.kind)) return null;
  if (reparse.kind === 'wof') return wofObstacle(reparse);
  if (reparse.kind === 'dedup') return dedupObstacle(volume, reparse, await file.pieces(attributeTypes.data, ''));
  if (isCloud(reparse.tag)) return isLocal(file) ? null : 'format/file-offline';
  return contentTags.includes(reparse.tag) ? 'format/file-offline' : 'format/reparse-unknown';
}

function wofObstacle(reparse: ReparsePoint): ErrorCode | null {
  try {
    wofCompression(reparse);
    return null;
  } catch (error) {
    if (hasCode(error, 'format/file-offline', 'format/ntfs-unsupported', 'format/ntfs-corrupt'))
      return asHostkeepError(error).code;
    throw error;
  }
}

function isCloud(tag: number): boolean {
  return (tag & reparseTags.cloudMask) >>> 0 === reparseTags.cloud;
}

/** Cloud files that were fetched in full have neither attribute. */
function isLocal(file: NtfsFile): boolean {
  const standard = file.record.attributes.find(({ type }) => type === attributeTypes.standardInformation);
  if (standard === undefined) return false;
  const attributes = residentContent(standard).readUInt32LE(standardInformation.attributes);
  return (attributes & (fileAttributes.offline | fileAttributes.recallOnDataAccess)) === 0;
}
