import type { ByteRange } from '#contract';
import { readBytes, type BlockSource } from '#engine/blocks';
import { overlaps } from '../cluster-runs.ts';
import { corruptFat, offsetOfCluster, type FatGeometry } from './layout.ts';

/** A run of neighbouring clusters. */
export interface ClusterRun {
  readonly first: number;
  readonly count: number;
}

/** The file allocation table ([FAT] "FAT Data Structure"). */
export interface AllocationTable {
  /** At most `clusters` clusters of a chain, as runs; a chain that bites its tail is damage. @throws HostkeepError format/fat-corrupt */
  chain(first: number, clusters: number): Promise<readonly ClusterRun[]>;
  freeRanges(): AsyncIterable<ByteRange>;
  /** The two bits of the second entry that FAT16 and FAT32 keep the volume's state in. */
  state(): Promise<{ readonly clean: boolean; readonly errors: boolean }>;
}

/** A multiple of three, so that no entry of twelve bits lies over an edge. */
const windowBytes = 48 * 1024;
const keptWindows = 64;

export function allocationTable(source: BlockSource, geometry: FatGeometry): AllocationTable {
  const { width, clusters, fatOffset, fatBytes } = geometry;
  const windows = new Map<number, Promise<Buffer>>();
  const windowAt = (index: number): Promise<Buffer> => {
    const known = windows.get(index);
    if (known !== undefined) return known;
    if (windows.size >= keptWindows) windows.delete(windows.keys().next().value!);
    const start = index * windowBytes;
    const loading = readBytes(source, fatOffset + start, Math.min(windowBytes, fatBytes - start));
    windows.set(index, loading);
    loading.catch(() => windows.delete(index));
    return loading;
  };
  const windowOf = (cluster: number): number => Math.floor(Math.floor((cluster * width) / 8) / windowBytes);
  const entryIn = (window: Buffer, cluster: number): number =>
    valueAt(window, Math.floor((cluster * width) / 8) % windowBytes, width, cluster);
  const endMark = width === 12 ? 0xff8 : width === 16 ? 0xfff8 : 0xffffff8;
  const followOf = (window: Buffer, cluster: number): number | undefined => {
    const value = entryIn(window, cluster);
    if (value >= endMark) return undefined;
    if (value < 2 || value >= clusters + 2) throw corruptFat('cluster chain', { cluster, next: value });
    return value;
  };
  return {
    async chain(first, wanted) {
      const runs: { first: number; count: number }[] = [];
      let held = -1;
      let window: Buffer = Buffer.alloc(0);
      let cluster: number | undefined = first;
      for (let taken = 1; cluster !== undefined && taken <= wanted; taken += 1) {
        offsetOfCluster(geometry, cluster);
        if (taken > clusters) throw corruptFat('cluster chain', { first, cycle: cluster });
        const last = runs.at(-1);
        if (last !== undefined && last.first + last.count === cluster) last.count += 1;
        else runs.push({ first: cluster, count: 1 });
        if (taken === wanted) break;
        if (windowOf(cluster) !== held) window = await windowAt((held = windowOf(cluster)));
        cluster = followOf(window, cluster);
      }
      if (overlaps(runs)) throw corruptFat('cluster chain', { first, cycle: true });
      return runs;
    },
    async *freeRanges() {
      let from = -1;
      for (let cluster = 2; cluster < clusters + 2;) {
        const index = windowOf(cluster);
        const window = await windowAt(index);
        for (; cluster < clusters + 2 && windowOf(cluster) === index; cluster += 1) {
          const isFree = entryIn(window, cluster) === 0;
          if (isFree && from < 0) from = cluster;
          if (isFree || from < 0) continue;
          yield rangeOf(geometry, { first: from, count: cluster - from });
          from = -1;
        }
      }
      if (from >= 0) yield rangeOf(geometry, { first: from, count: clusters + 2 - from });
    },
    async state() {
      // Linux notes in the boot sector that the volume is mounted, Windows in the table.
      const inUse = ((await readBytes(source, width === 32 ? 65 : 37, 1))[0]! & 1) !== 0;
      if (width === 12) return { clean: !inUse, errors: false };
      const value = entryIn(await windowAt(0), 1);
      const [clean, sound] = width === 16 ? [0x8000, 0x4000] : [0x8000000, 0x4000000];
      return { clean: !inUse && (value & clean) !== 0, errors: (value & sound) === 0 };
    },
  };
}

function valueAt(window: Buffer, at: number, width: FatGeometry['width'], cluster: number): number {
  if (at + (width === 32 ? 4 : 2) > window.length) throw corruptFat('allocation table', { cluster });
  if (width === 32) return window.readUInt32LE(at) & 0x0fffffff;
  const value = window.readUInt16LE(at);
  if (width === 16) return value;
  return cluster % 2 === 0 ? value & 0xfff : value >>> 4;
}

function rangeOf(geometry: FatGeometry, run: ClusterRun): ByteRange {
  return { offset: offsetOfCluster(geometry, run.first), length: run.count * geometry.clusterBytes };
}
