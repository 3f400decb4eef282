import { cursorOver } from '#engine/bytes';
import { HostkeepError } from '#contract';
import { chunkIdBytes } from '../chunk-id.ts';
import { blockBytes } from '../chunker.ts';

/** A disk's map: see docs/repository-format.md, "Maps". Leaves speak of 4 MiB each, inner nodes of 256 children. */
export const leafBytes = 4 * 1024 * 1024;
export const leafBlocks = leafBytes / blockBytes;
export const fanOut = 256;
/** Neighbouring leaves that one worker deals with, since the chunks of neighbours lie in the same groups. */
export const leavesPerClaim = 4;

/** Ids that stand for a whole subtree without content; no chunk has them but with a chance of 2^-127. */
export const zeroId = Buffer.alloc(chunkIdBytes);
export const unallocatedId = Buffer.from('00000000000000000000000000000001', 'hex');

/** A stretch of blocks in a leaf. `skip` counts the blocks of the chunk that stand before the stretch. */
export type MapEntry =
  | { readonly kind: 'zero' | 'unallocated'; readonly blocks: number }
  | { readonly kind: 'chunk'; readonly blocks: number; readonly id: Buffer; readonly skip: number };

const kinds = ['zero', 'unallocated', 'chunk'] as const;

export function leafCountOf(sizeBytes: number): number {
  return Math.ceil(sizeBytes / leafBytes);
}

/** Levels of inner nodes above the leaves; 0 when the root is the only leaf. */
export function levelsOf(leafCount: number): number {
  let levels = 0;
  for (let reach = 1; reach < leafCount; reach *= fanOut) levels += 1;
  return levels;
}

/** Blocks of a leaf; only the last may have fewer than `leafBlocks`. */
export function blocksOfLeaf(sizeBytes: number, leaf: number): number {
  return Math.min(leafBlocks, Math.ceil((sizeBytes - leaf * leafBytes) / blockBytes));
}

export function writeLeaf(entries: readonly MapEntry[]): Buffer {
  const bytes = Buffer.alloc(entries.reduce((sum, entry) => sum + (entry.kind === 'chunk' ? 5 + chunkIdBytes : 3), 0));
  let at = 0;
  for (const entry of entries) {
    at = bytes.writeUInt8(kinds.indexOf(entry.kind), at);
    at = bytes.writeUInt16LE(entry.blocks, at);
    if (entry.kind !== 'chunk') continue;
    at = bytes.writeUInt16LE(entry.skip, at);
    at += entry.id.copy(bytes, at);
  }
  return bytes;
}

/** @throws HostkeepError repository/map-damaged when the entries do not cover exactly `blocks` */
export function parseLeaf(bytes: Buffer, blocks: number): readonly MapEntry[] {
  // A copy of the whole, of which ids are views: `bytes` may be a cache's, and a leaf has some hundred ids.
  const cursor = cursorOver(Buffer.from(bytes), 'repository/map-damaged', 'leaf');
  const entries: MapEntry[] = [];
  let covered = 0;
  for (let at = 0; at < bytes.length;) {
    const kind = kinds[cursor.u8(at)];
    const length = cursor.u16(at + 1);
    if (kind === undefined || length === 0) throw new HostkeepError('repository/map-damaged', { structure: 'leaf', offset: at });
    covered += length;
    if (kind !== 'chunk') {
      entries.push({ kind, blocks: length });
      at += 3;
      continue;
    }
    entries.push({ kind, blocks: length, skip: cursor.u16(at + 3), id: cursor.bytes(at + 5, chunkIdBytes) });
    at += 5 + chunkIdBytes;
  }
  if (covered !== blocks) throw new HostkeepError('repository/map-damaged', { structure: 'leaf', covered, blocks });
  return entries;
}

/** The entries of a leaf that holds nothing at all. */
export function emptyLeaf(id: Buffer, blocks: number): readonly MapEntry[] | undefined {
  if (id.equals(zeroId)) return [{ kind: 'zero', blocks }];
  if (id.equals(unallocatedId)) return [{ kind: 'unallocated', blocks }];
  return undefined;
}

/** One of ids in a row; a view of them. */
export function leafIdAt(leafIds: Buffer, at: number): Buffer {
  return leafIds.subarray(at * chunkIdBytes, (at + 1) * chunkIdBytes);
}

/** The leaves, of ids in a row, that hold something. */
export function leavesWithContent(leafIds: Buffer): Uint32Array {
  const leaves: number[] = [];
  for (let leaf = 0; leaf * chunkIdBytes < leafIds.length; leaf += 1) {
    const id = leafIdAt(leafIds, leaf);
    if (!id.equals(zeroId) && !id.equals(unallocatedId)) leaves.push(leaf);
  }
  return Uint32Array.from(leaves);
}
