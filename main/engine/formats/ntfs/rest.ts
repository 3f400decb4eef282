import { hasCode, HostkeepError } from '#contract';
import type { BlockSource } from '#engine/blocks';
import { bitmapFreeRanges } from '../bitmap.ts';
import type { FileDetails, FileNode, FileSystem, ScannedFile } from '../file-system.ts';
import { corrupt, type Attribute } from './record.ts';
import { readStream, refuseTransformed, streamOf, type MasterFileTable, type NtfsGeometry } from './volume.ts';

interface NtfsVolume {
  readonly source: BlockSource;
  readonly geometry: NtfsGeometry;
  readonly mft: MasterFileTable;
  readonly nodeOf: (name: string, number: number) => Promise<FileNode>;
}

type Rest = Pick<FileSystem, 'details' | 'readStream' | 'scan' | 'freeRanges' | 'state'>;

const bitmapRecord = 6;
const volumeRecord = 3;
const firstUserRecord = 16;
/** $Extend, whose files are the file system's own. */
const extendRecord = 11;

/** What an NTFS volume tells beyond listing and reading. */
export function ntfsRest(volume: NtfsVolume): Rest {
  const { source, geometry, mft, nodeOf } = volume;
  const attributesOf = async (number: number): Promise<readonly Attribute[]> => mft.attributes(await mft.record(number));
  return {
    details: async (file) => detailsOf(await attributesOf(file.id)),
    async readStream(file, name, offset, target) {
      const pieces = (await attributesOf(file.id)).filter((attribute) => attribute.type === 0x80 && attribute.name === name);
      if (pieces.length === 0) throw new HostkeepError('recovery/path-not-found', { path: `${file.name}:${name}` });
      const stream = streamOf(pieces);
      refuseTransformed(stream, `${file.name}:${name}`);
      await readStream(source, geometry.clusterSize, stream, { offset, target });
    },
    async *scan(options = {}) {
      const ownFolders = new Set([extendRecord]);
      for (let number = firstUserRecord; number < mft.count(); number += 1) {
        try {
          for (const file of await namesOf(number)) {
            if (!ownFolders.has(file.parentId)) yield file;
            else if (file.type === 'folder') ownFolders.add(file.id);
          }
        } catch (error) {
          if (options.onDamage === undefined || !hasCode(error, 'format/ntfs-corrupt')) throw error;
          options.onDamage(error);
        }
      }
    },
    async *freeRanges() {
      const bitmap = streamOf((await attributesOf(bitmapRecord)).filter((attribute) => attribute.type === 0x80));
      const clusters = Math.floor(source.sizeBytes / geometry.clusterSize);
      const read = (offset: number, target: Uint8Array): Promise<void> =>
        readStream(source, geometry.clusterSize, bitmap, { offset, target });
      yield* bitmapFreeRanges({ units: Math.min(clusters, bitmap.sizeBytes * 8), unitBytes: geometry.clusterSize, read });
    },
    async state() {
      const information = (await attributesOf(volumeRecord)).find((attribute) => attribute.type === 0x70)?.resident;
      if (information === undefined || information.length < 12) throw corrupt('volume information');
      const dirty = (information.readUInt16LE(10) & 1) !== 0;
      return {
        clean: !dirty,
        note: dirty ? 'The volume is marked dirty: Windows checks it when it is next mounted.' : null,
        version: `${information.readUInt8(8)}.${information.readUInt8(9)}`,
        clusterBytes: geometry.clusterSize,
      };
    },
  };

  async function namesOf(number: number): Promise<readonly ScannedFile[]> {
    const record = await mft.record(number).catch((error: unknown) => {
      if (hasCode(error, 'format/ntfs-corrupt')) return undefined;
      throw error;
    });
    if (record === undefined || !record.inUse || record.base !== 0) return [];
    const names = (await mft.attributes(record)).flatMap((attribute) => nameOf(attribute) ?? []);
    const files: ScannedFile[] = [];
    for (const { name, parentId } of names)
      files.push({ ...(await nodeOf(name, number)), parentId, metadataOffset: mft.offsetOf(number) });
    return files;
  }
}

/** Of a name attribute (0x30) that is not only a DOS name. */
function nameOf(attribute: Attribute): { readonly name: string; readonly parentId: number } | undefined {
  const bytes = attribute.resident;
  if (attribute.type !== 0x30 || bytes === undefined || bytes.length < 66 || bytes.readUInt8(65) === 2) return undefined;
  const parentId = Number(bytes.readBigUInt64LE(0) & 0xffffffffffffn);
  return { parentId, name: bytes.toString('utf16le', 66, 66 + bytes.readUInt8(64) * 2) };
}

function detailsOf(attributes: readonly Attribute[]): FileDetails {
  const standard = attributes.find((attribute) => attribute.type === 0x10)?.resident;
  if (standard === undefined || standard.length < 36) throw corrupt('standard information');
  const time = (at: number): bigint => (standard.readBigUInt64LE(at) - 116_444_736_000_000_000n) * 100n;
  const data = attributes.filter((attribute) => attribute.type === 0x80);
  const named = Map.groupBy(
    data.filter((attribute) => attribute.name !== ''),
    (attribute) => attribute.name,
  );
  const own = data.filter((attribute) => attribute.name === '');
  return {
    times: { created: time(0), modified: time(8), changed: time(16), accessed: time(24) },
    windowsAttributes: standard.readUInt32LE(32),
    unix: null,
    links: attributes.filter((attribute) => nameOf(attribute) !== undefined).length,
    allocatedBytes: 0,
    streams: [...named].map(([name, pieces]) => ({ name, sizeBytes: streamOf(pieces).sizeBytes })),
    security: null,
    xattrs: [],
    reparse: null,
    storage: own.some((attribute) => attribute.resident !== undefined) ? 'resident' : 'plain',
    unreadable: null,
  };
}
