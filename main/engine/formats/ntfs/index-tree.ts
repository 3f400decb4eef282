import { hasCode } from '#contract';
import type { OnDamage } from '../file-system.ts';
import { corrupt, readU64 } from './damage.ts';
import type { NtfsFile } from './file.ts';
import { undoFixups } from './fixups.ts';
import { parseNode, type IndexEntry } from './index-node.ts';
import { attributeTypes, indexBlock, indexRoot } from './layout.ts';
import { residentContent } from './record.ts';
import type { RunReader } from './runs.ts';
import { openStream, readStream, type ByteStream } from './stream.ts';

/** A B+ tree of sorted entries. Every block is visited once at most, so that no damage makes the walk endless. */
export interface IndexTree {
  /** Visits all entries in order. With `onDamage` a block that is damaged is told and costs only what it holds. */
  each(visit: (entry: IndexEntry) => void, onDamage?: OnDamage): Promise<void>;
  /** The entries that equal what is sought, descending only where they can be. `order` is below 0 when it sorts before. */
  find(order: (key: Buffer) => number): Promise<readonly IndexEntry[]>;
}

const deepest = 32;
const windowBytes = 128 * 1024;
const keptWindows = 8;

/** @throws HostkeepError format/ntfs-corrupt */
export async function openIndex(from: RunReader, file: NtfsFile, name: string): Promise<IndexTree> {
  const rootPiece = await file.first(attributeTypes.indexRoot, name);
  if (rootPiece === undefined) throw corrupt('index root', { record: file.record.number });
  const root = residentContent(rootPiece);
  if (root.length < 32) throw corrupt('index root', { bytes: root.length });
  const blockAt = blockReader(from, file, { name, blockBytes: root.readUInt32LE(indexRoot.blockBytes) });
  const rootEntries = (): readonly IndexEntry[] => parseNode(root.subarray(indexRoot.node));

  const walk = async (node: readonly IndexEntry[], state: WalkState): Promise<void> => {
    for (const entry of node) {
      if (entry.child !== null) {
        const block = await blockOrDamage(entry.child, state);
        if (block !== undefined) await walk(block, { ...state, depth: state.depth + 1 });
      }
      if (!entry.isLast) state.visit(entry);
    }
  };
  const blockOrDamage = async (child: number, state: WalkState): Promise<readonly IndexEntry[] | undefined> => {
    try {
      if (state.visited.has(child) || state.depth > deepest) throw corrupt('index', { block: child, state: 'a cycle' });
      state.visited.add(child);
      return await blockAt(child);
    } catch (error) {
      if (state.onDamage === undefined || !hasCode(error, 'format/ntfs-corrupt', 'format/out-of-bounds')) throw error;
      state.onDamage(error);
      return undefined;
    }
  };
  const search = async (
    node: readonly IndexEntry[],
    order: (key: Buffer) => number,
    depth: number,
  ): Promise<readonly IndexEntry[]> => {
    if (depth > deepest) throw corrupt('index', { depth });
    const found: IndexEntry[] = [];
    for (const entry of node) {
      const way = entry.isLast ? -1 : order(entry.key);
      if (way > 0) continue;
      if (entry.child !== null) found.push(...(await search(await blockAt(entry.child), order, depth + 1)));
      if (way < 0) break;
      found.push(entry);
    }
    return found;
  };
  return {
    each: (visit, onDamage) => walk(rootEntries(), { depth: 0, visited: new Set(), visit, onDamage }),
    find: (order) => search(rootEntries(), order, 0),
  };
}

interface WalkState {
  readonly depth: number;
  readonly visited: Set<number>;
  readonly visit: (entry: IndexEntry) => void;
  readonly onDamage: OnDamage | undefined;
}

/** Reads index blocks by their number, a window of neighbours at a time ([NTFS] "Concept - Index Record"). */
function blockReader(
  from: RunReader,
  file: NtfsFile,
  of: { readonly name: string; readonly blockBytes: number },
): (vcn: number) => Promise<readonly IndexEntry[]> {
  const { name, blockBytes } = of;
  const { clusterSize } = from.geometry;
  // Blocks are numbered in clusters, or in 512 bytes where a cluster is larger than a block.
  const unitBytes = clusterSize <= blockBytes ? clusterSize : 512;
  const windows = new Map<number, Promise<Buffer>>();
  let opening: Promise<ByteStream> | undefined;
  const load = async (start: number): Promise<Buffer> => {
    opening ??= file.pieces(attributeTypes.indexAllocation, name).then((pieces) => openStream(from, pieces));
    const stream = await opening;
    const target = Buffer.alloc(Math.max(0, Math.min(Math.max(windowBytes, blockBytes), stream.sizeBytes - start)));
    await readStream(stream, start, target);
    return target;
  };
  const windowAt = (start: number): Promise<Buffer> => {
    const known = windows.get(start);
    if (known !== undefined) return known;
    if (windows.size >= keptWindows) windows.delete(windows.keys().next().value!);
    const loading = load(start);
    windows.set(start, loading);
    loading.catch(() => windows.delete(start));
    return loading;
  };
  return async (vcn) => {
    if (blockBytes < 512 || blockBytes > 2 * 1024 * 1024 || !Number.isInteger(Math.log2(blockBytes)))
      throw corrupt('index root', { blockBytes });
    const offset = vcn * unitBytes;
    const inWindow = offset % Math.max(windowBytes, blockBytes);
    const block = Buffer.from((await windowAt(offset - inWindow)).subarray(inWindow, inWindow + blockBytes));
    if (block.length !== blockBytes) throw corrupt('index', { block: vcn, state: 'outside the index' });
    undoFixups(block, 'INDX');
    if (readU64(block, indexBlock.vcn, 'index block') !== vcn) throw corrupt('index block', { block: vcn });
    return parseNode(block.subarray(indexBlock.node));
  };
}
