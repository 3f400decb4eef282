import { hasCode } from '#contract';
import { corrupt, readU64 } from './damage.ts';
import type { NtfsFile } from './file.ts';
import { openIndex, type IndexTree } from './index-tree.ts';
import { attributeTypes, indexEntry, ownRecords, standardInformation } from './layout.ts';
import { standardOf } from './node.ts';
import { residentContent } from './record.ts';
import { openStream, readStream, readWhole, type ByteStream } from './stream.ts';
import type { NtfsVolume } from './volume.ts';

/** Finds files' security descriptors. */
export interface SecurityReader {
  /** Self-relative (MS-DTYP 2.4.6); null when the file has none. @throws HostkeepError format/ntfs-corrupt */
  descriptorOf(file: NtfsFile): Promise<Uint8Array | null>;
}

const maximumDescriptor = 512 * 1024;
const keptDescriptors = 512;
/** Descriptors in $SDS begin with hash, id, offset and length, and each block of 256 KiB is followed by a copy of itself. */
const sdsHeader = 20;
const mirrorDistance = 256 * 1024;

/** [NTFS] "File - $Secure": from NTFS 3.0 on files share descriptors by number; older ones carry their own. */
export function securityReader(volume: NtfsVolume): SecurityReader {
  const kept = new Map<number, Promise<Uint8Array>>();
  let opening: Promise<{ readonly byId: IndexTree; readonly descriptors: ByteStream }> | undefined;
  const open = async () => {
    const secure = await volume.file(ownRecords.secure);
    const byId = await openIndex(volume, secure, '$SII');
    return { byId, descriptors: openStream(volume, await secure.pieces(attributeTypes.data, '$SDS')) };
  };
  const load = async (id: number): Promise<Uint8Array> => {
    const { byId, descriptors } = await (opening ??= open());
    const [entry] = await byId.find((key) => id - (key.length < 4 ? 0 : key.readUInt32LE(0)));
    if (entry === undefined) throw corrupt('$SII', { securityId: id });
    const dataAt = entry.bytes.readUInt16LE(indexEntry.dataOffset);
    if (dataAt + sdsHeader > entry.bytes.length) throw corrupt('$SII', { securityId: id });
    const offset = readU64(entry.bytes, dataAt + 8, '$SII');
    const length = entry.bytes.readUInt32LE(dataAt + 16);
    return readDescriptor(descriptors, { id, offset, length });
  };
  const byId = (id: number): Promise<Uint8Array> => {
    const known = kept.get(id);
    if (known !== undefined) return known;
    if (kept.size >= keptDescriptors) kept.delete(kept.keys().next().value!);
    const loading = load(id);
    kept.set(id, loading);
    loading.catch(() => kept.delete(id));
    return loading;
  };
  return {
    async descriptorOf(file) {
      const standard = standardOf(file.record);
      const id = standard.length >= standardInformation.longBytes ? standard.readUInt32LE(standardInformation.securityId) : 0;
      if (id !== 0) return byId(id);
      const own = await file.pieces(attributeTypes.securityDescriptor, '');
      if (own.length === 0) return null;
      if (own[0]!.isResident) return residentContent(own[0]!);
      return readWhole(openStream(volume, own), 'security descriptor', maximumDescriptor);
    },
  };
}

interface Place {
  readonly id: number;
  readonly offset: number;
  readonly length: number;
}

async function readDescriptor(descriptors: ByteStream, place: Place): Promise<Uint8Array> {
  try {
    return await readCopy(descriptors, place, 0);
  } catch (error) {
    if (!hasCode(error, 'format/ntfs-corrupt', 'format/out-of-bounds')) throw error;
    return readCopy(descriptors, place, mirrorDistance);
  }
}

async function readCopy(descriptors: ByteStream, place: Place, distance: number): Promise<Uint8Array> {
  const { id, offset, length } = place;
  if (length < sdsHeader || length > maximumDescriptor) throw corrupt('$SDS', { securityId: id, length });
  const bytes = Buffer.alloc(length);
  await readStream(descriptors, offset + distance, bytes);
  const agrees = bytes.readUInt32LE(4) === id && bytes.readUInt32LE(16) === length;
  if (!agrees || bytes.readUInt32LE(0) !== hashOf(bytes.subarray(sdsHeader))) throw corrupt('$SDS', { securityId: id, offset });
  return bytes.subarray(sdsHeader);
}

/** The hash that $SDS and $SDH keep: each word added to the sum turned left by three bits ([NTFS] "File - $Secure"). */
function hashOf(descriptor: Buffer): number {
  let hash = 0;
  for (let at = 0; at + 4 <= descriptor.length; at += 4)
    hash = (descriptor.readUInt32LE(at) + ((hash << 3) | (hash >>> 29))) >>> 0;
  return hash;
}
