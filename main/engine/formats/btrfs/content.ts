import { HostkeepError } from '#contract';
import { firstEndingAfter } from '#engine/bytes';
import type { FileDetails, FileRange } from '../file-system.ts';
import { keepNewest } from '../kept.ts';
import { readData } from './data.ts';
import { readExtents, type FileExtent, type StoredExtent } from './extents.ts';
import { readInode, nameOfId, type Inode } from './inode.ts';
import { corrupt } from './layout.ts';
import { unpack } from './unpack.ts';
import type { BtrfsVolume } from './volume.ts';

export interface Content {
  /** Fills the target with what lies there; holes are zeros. @throws HostkeepError format/btrfs-corrupt, format/btrfs-unsupported */
  read(inode: Inode, offset: number, target: Uint8Array): Promise<void>;
  /** Of packed stretches, where the packed bytes lie, which are fewer. */
  ranges(inode: Inode): Promise<readonly FileRange[]>;
  linkTarget(inode: Inode): Promise<string>;
  storage(inode: Inode): Promise<FileDetails['storage']>;
}

const longestTarget = 64 * 1024;
/** Sectors that are read and checked at once. */
const pieceBytes = 1024 * 1024;

export function contentReader(volume: BtrfsVolume): Content {
  const { sectorSize } = volume.superblock;
  const extentsById = keepNewest(16, async (id) => readExtents(volume, await readInode(volume, nameOfId(id))));
  const extentsOf = (inode: Inode): Promise<readonly FileExtent[]> => extentsById(inode.id);
  const packedAt = packedReader(volume);

  const readStored = async (inode: Inode, extent: FileExtent & { stored: StoredExtent }, wanted: Wanted): Promise<void> => {
    const { stored, compression } = extent;
    const { target } = wanted;
    if (compression !== 'none') {
      const plain = await packedAt({ stored, compression, isSummed: inode.isSummed });
      plain.copy(target, 0, stored.skip + wanted.at, stored.skip + wanted.at + target.length);
      return;
    }
    for (let done = 0; done < target.length;) {
      const logical = stored.logical + stored.skip + wanted.at + done;
      const start = Math.floor(logical / sectorSize) * sectorSize;
      const length = Math.min(target.length - done, pieceBytes - (logical - start));
      const whole = Math.ceil((logical + length - start) / sectorSize) * sectorSize;
      const bytes = await readData(volume, { logical: start, length: whole, isSummed: inode.isSummed });
      bytes.copy(target, done, logical - start, logical - start + length);
      done += length;
    }
  };
  const read = async (inode: Inode, offset: number, bytes: Uint8Array): Promise<void> => {
    const end = offset + bytes.byteLength;
    if (offset < 0 || end > inode.sizeBytes)
      throw new HostkeepError('format/out-of-bounds', { offset, length: bytes.byteLength, fileBytes: inode.sizeBytes });
    const target = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    target.fill(0);
    const extents = await extentsOf(inode);
    for (let index = firstEndingAfter(extents, offset); index < extents.length && extents[index]!.offset < end; index += 1) {
      const extent = extents[index]!;
      const [from, to] = [Math.max(extent.offset, offset), Math.min(extent.offset + extent.length, end)];
      if (from >= to || extent.stored === 'unwritten') continue;
      const wanted = { at: from - extent.offset, target: target.subarray(from - offset, to - offset) };
      if (extent.stored.kind === 'inline') inlineBytes(extent, sectorSize).copy(wanted.target, 0, wanted.at);
      else await readStored(inode, { ...extent, stored: extent.stored }, wanted);
    }
  };
  return {
    read,
    async ranges(inode) {
      return (await extentsOf(inode)).flatMap((extent) => rangesOf(volume, extent, inode.sizeBytes));
    },
    async linkTarget(inode) {
      if (inode.sizeBytes > longestTarget) throw corrupt('symbolic link', { bytes: inode.sizeBytes });
      const target = Buffer.alloc(inode.sizeBytes);
      await read(inode, 0, target);
      return target.toString('utf8');
    },
    async storage(inode) {
      if (inode.type !== 'file') return 'plain';
      const extents = await extentsOf(inode);
      if (extents.some(({ compression }) => compression !== 'none')) return 'compressed';
      if (extents.some(({ stored }) => stored !== 'unwritten' && stored.kind === 'inline')) return 'inline';
      const covered = extents.reduce((sum, { length, stored }) => sum + (stored === 'unwritten' ? 0 : length), 0);
      return covered < inode.sizeBytes ? 'sparse' : 'plain';
    },
  };
}

interface Wanted {
  /** From the start of the extent's stretch of the file. */
  readonly at: number;
  readonly target: Buffer;
}

function inlineBytes({ stored, compression, length }: FileExtent, sectorSize: number): Buffer {
  const { bytes } = stored as { bytes: Buffer };
  return compression === 'none' ? bytes : unpack({ compression, bytes, plainBytes: length, sectorSize });
}

interface Packed {
  readonly stored: StoredExtent;
  readonly compression: FileExtent['compression'];
  readonly isSummed: boolean;
}

/** Unpacked extents, of which the last few are kept: a read seldom takes all of one. */
function packedReader(volume: BtrfsVolume): (packed: Packed) => Promise<Buffer> {
  const { sectorSize } = volume.superblock;
  const kept = new Map<string, Promise<Buffer>>();
  const load = async ({ stored, compression, isSummed }: Packed): Promise<Buffer> => {
    const { logical, storedBytes: length, plainBytes } = stored;
    return unpack({ compression, bytes: await readData(volume, { logical, length, isSummed }), plainBytes, sectorSize });
  };
  return (packed) => {
    const { stored, compression, isSummed } = packed;
    const key = [stored.logical, stored.storedBytes, stored.plainBytes, compression, isSummed].join('/');
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (kept.size >= keptPacked) kept.delete(kept.keys().next().value!);
    const loading = load(packed);
    kept.set(key, loading);
    loading.catch(() => kept.delete(key));
    return loading;
  };
}

const keptPacked = 8;

function rangesOf({ map }: BtrfsVolume, extent: FileExtent, sizeBytes: number): readonly FileRange[] {
  const { offset, stored, compression } = extent;
  const length = Math.min(extent.length, sizeBytes - offset);
  if (length <= 0) return [];
  if (stored === 'unwritten' || stored.kind === 'inline') return [{ offset, length, volumeOffset: null }];
  if (compression !== 'none') {
    const packed = Math.min(length, stored.storedBytes);
    return pieces(map.copies(stored.logical, packed), offset);
  }
  return pieces(map.copies(stored.logical + stored.skip, length), offset);
}

function pieces(copies: ReturnType<BtrfsVolume['map']['copies']>, offset: number): readonly FileRange[] {
  return copies[0]!.map(({ at, physical, length }) => ({ offset: offset + at, length, volumeOffset: physical }));
}
