import { createHash } from 'node:crypto';
import { HostkeepError, type ByteRange, type RestorePoint } from '#contract';
import { firstEndingAfter } from '#engine/bytes';
import {
  blockBytes,
  blocksOfLeaf,
  diskOf,
  leafBytes,
  leafIdAt,
  readLeaf,
  readLeafIds,
  sliceEntries,
  type Repository,
} from '#engine/repository';
import type { FileNode, FileSystem } from '../../formats/file-system.ts';
import type { VolumePiece } from '../guest-volumes.ts';

interface KeyWanted {
  readonly point: RestorePoint;
  /** Where the volume lies. */
  readonly pieces: readonly VolumePiece[];
  readonly fileSystem: FileSystem;
  readonly node: FileNode;
}

/** Larger files are told apart by size and time alone. */
const largestBytes = 16 * 1024 ** 3;

/**
 * What names the stored pieces of a file's content, in its order: equal keys mean equal bytes. Null where the content has no place of
 * its own, or none that can be told. Other pieces may still hold equal bytes.
 */
export async function contentKey(repository: Repository, wanted: KeyWanted): Promise<string | null> {
  const { fileSystem, node, pieces } = wanted;
  if (node.unreadable !== null || node.sizeBytes === 0 || node.sizeBytes > largestBytes || pieces.length === 0) return null;
  try {
    const ranges = await fileSystem.ranges(node);
    if (!ranges.some(({ volumeOffset }) => volumeOffset !== null)) return null;
    const key = createHash('sha256');
    const places = pieces.map((piece) => ({ offset: piece.volumeOffset, length: piece.length }));
    for (const { offset, length, volumeOffset } of ranges) {
      key.update(`${offset}+${length};`);
      if (volumeOffset === null) continue;
      for (const piece of cut({ pieces, places }, volumeOffset, length)) await hashStored(repository, wanted.point, piece, key);
    }
    return key.digest('hex');
  } catch (error) {
    if (error instanceof HostkeepError && error.code.startsWith('format/')) return null;
    throw error;
  }
}

/** A stretch of a volume as stretches of disks. */
function* cut(
  { pieces, places }: { readonly pieces: readonly VolumePiece[]; readonly places: readonly ByteRange[] },
  volumeOffset: number,
  length: number,
): Iterable<Omit<VolumePiece, 'volumeOffset'>> {
  for (let at = firstEndingAfter(places, volumeOffset); at < pieces.length; at += 1) {
    const piece = pieces[at]!;
    if (piece.volumeOffset >= volumeOffset + length) return;
    const from = Math.max(piece.volumeOffset, volumeOffset);
    const to = Math.min(piece.volumeOffset + piece.length, volumeOffset + length);
    yield { disk: piece.disk, offset: piece.offset + from - piece.volumeOffset, length: to - from };
  }
}

async function hashStored(
  repository: Repository,
  point: RestorePoint,
  piece: Omit<VolumePiece, 'volumeOffset'>,
  key: ReturnType<typeof createHash>,
): Promise<void> {
  const { chunks } = await repository.reading();
  const disk = diskOf(point, piece.disk);
  const [first, end] = [Math.floor(piece.offset / leafBytes), Math.ceil((piece.offset + piece.length) / leafBytes)];
  const ids = await readLeafIds(chunks, disk, { first, end });
  for (let leaf = first; leaf < end; leaf += 1) {
    const start = leaf * leafBytes;
    const from = Math.floor(Math.max(0, piece.offset - start) / blockBytes);
    const to = Math.ceil(Math.min(leafBytes, piece.offset + piece.length - start) / blockBytes);
    const id = leafIdAt(ids, leaf - first);
    for (const entry of sliceEntries(await readLeaf(chunks, id, blocksOfLeaf(disk.sizeBytes, leaf)), from, to))
      key.update(entry.kind === 'chunk' ? `${entry.id.toString('hex')}/${entry.skip}+${entry.blocks};` : `0+${entry.blocks};`);
  }
}
