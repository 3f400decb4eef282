import { HostkeepError } from '#contract';
import { chunkIdBytes } from '../chunk-id.ts';
import type { ChunkReader } from '../chunk-reader.ts';
import {
  blocksOfLeaf,
  emptyLeaf,
  fanOut,
  leafCountOf,
  leafIdAt,
  levelsOf,
  parseLeaf,
  unallocatedId,
  zeroId,
  type MapEntry,
} from './layout.ts';

interface MappedDisk {
  readonly map: string;
  readonly sizeBytes: number;
}

/** The ids of the leaves from `first` up to, not including, `end`; sentinels expanded. */
export async function readLeafIds(
  chunks: ChunkReader,
  disk: MappedDisk,
  range: { readonly first: number; readonly end: number },
): Promise<Buffer> {
  const leafCount = leafCountOf(disk.sizeBytes);
  const ids = Buffer.alloc((range.end - range.first) * chunkIdBytes);

  const descend = async (id: Buffer, level: number, firstLeaf: number): Promise<void> => {
    const span = fanOut ** level;
    if (firstLeaf >= range.end || firstLeaf + span <= range.first) return;
    if (level === 0) {
      id.copy(ids, (firstLeaf - range.first) * chunkIdBytes);
      return;
    }
    const empty = id.equals(zeroId) || id.equals(unallocatedId);
    const children = empty ? undefined : Buffer.from(await readNode(chunks, id));
    const count = Math.min(fanOut, Math.ceil((leafCount - firstLeaf) / (span / fanOut)));
    if (children !== undefined && children.length !== count * chunkIdBytes) {
      throw new HostkeepError('repository/map-damaged', {
        structure: 'node',
        children: children.length / chunkIdBytes,
        expected: count,
      });
    }
    for (let child = 0; child < count; child += 1) {
      const childId = children?.subarray(child * chunkIdBytes, (child + 1) * chunkIdBytes) ?? id;
      await descend(childId, level - 1, firstLeaf + child * (span / fanOut));
    }
  };

  await descend(rootIdOf(disk.map), levelsOf(leafCount), 0);
  return ids;
}

export async function readLeaf(chunks: ChunkReader, id: Buffer, blocks: number): Promise<readonly MapEntry[]> {
  return emptyLeaf(id, blocks) ?? parseLeaf(await chunks.read('map', id), blocks);
}

/** Leaf after leaf with its entries, for walks over whole disks. */
export async function* walkMap(
  chunks: ChunkReader,
  disk: MappedDisk,
): AsyncIterable<{ readonly leaf: number; readonly id: Buffer; readonly entries: readonly MapEntry[] }> {
  const leafCount = leafCountOf(disk.sizeBytes);
  for (let first = 0; first < leafCount; first += fanOut) {
    const end = Math.min(leafCount, first + fanOut);
    const ids = await readLeafIds(chunks, disk, { first, end });
    for (let leaf = first; leaf < end; leaf += 1) {
      const id = leafIdAt(ids, leaf - first);
      yield { leaf, id, entries: await readLeaf(chunks, id, blocksOfLeaf(disk.sizeBytes, leaf)) };
    }
  }
}

/** How far to go down a map: to the leaves' ids, or to the inner nodes only. */
interface MapWalk {
  /** Subtrees to leave out; asked once per id. */
  readonly seen: (id: Buffer) => boolean;
  readonly nodesOnly: boolean;
}

/** The ids of the map's own chunks, root first. */
export async function mapChunkIds(chunks: ChunkReader, disk: MappedDisk, walk: MapWalk): Promise<readonly Buffer[]> {
  const found: Buffer[] = [];
  const descend = async (id: Buffer, level: number): Promise<void> => {
    if (id.equals(zeroId) || id.equals(unallocatedId) || (level === 0 && walk.nodesOnly) || walk.seen(id)) return;
    found.push(id);
    if (level === 0) return;
    const children = Buffer.from(await readNode(chunks, id));
    for (let at = 0; at < children.length; at += chunkIdBytes) await descend(children.subarray(at, at + chunkIdBytes), level - 1);
  };
  await descend(rootIdOf(disk.map), levelsOf(leafCountOf(disk.sizeBytes)));
  return found;
}

async function readNode(chunks: ChunkReader, id: Buffer): Promise<Buffer> {
  const node = await chunks.read('map', id);
  if (node.length === 0 || node.length % chunkIdBytes !== 0)
    throw new HostkeepError('repository/map-damaged', { structure: 'node', bytes: node.length });
  return node;
}

function rootIdOf(map: string): Buffer {
  const id = Buffer.from(map, 'hex');
  if (id.length !== chunkIdBytes) throw new HostkeepError('repository/map-damaged', { structure: 'root', map });
  return id;
}
